import Foundation
import HTTP
import JSON
import PaymentCore
import Vendors

/// A vendor's answer or notification as it was recorded, with what had been asked.
struct Recording {
    enum Fault: Error {
        case malformed(String)
    }

    let json: JSONValue

    /// Reads `<Vendor>/Recordings/<name>.json` beside this folder.
    init(of vendor: String, _ name: String, file: String = #filePath) throws {
        let tests = URL(fileURLWithPath: file).deletingLastPathComponent()
            .deletingLastPathComponent()
        let url = tests.appendingPathComponent("\(vendor)/Recordings/\(name).json")
        json = try JSONValue.parse([UInt8](Data(contentsOf: url)))
    }

    /// The body as it stood on the wire.
    var body: [UInt8] {
        json["text"]?.stringValue.map { Array($0.utf8) } ?? json["body"]?.bytes() ?? []
    }

    var fields: HTTPFields {
        var fields = HTTPFields()
        for member in json["headers"]?.objectValue?.members ?? [] {
            guard let name = HTTPFieldName(member.name), let value = member.value.stringValue
            else { continue }
            fields.append(name, value)
        }
        return fields
    }

    func answer() throws -> HTTPResponse {
        guard let status = json["status"]?.integerValue else { throw Fault.malformed("status") }
        return HTTPResponse(status: HTTPStatus(Int(status)), fields: fields, body: body)
    }

    var delivery: WebhookDelivery {
        WebhookDelivery(
            fields: fields.all.map { ($0.name.spelling.lowercased(), $0.value) },
            body: body
        )
    }

    /// What had been asked, rebuilt with our sample identifiers.
    func operation() throws -> VendorOperation {
        let asked = json["asked"]
        let reference = asked?["reference"]?.stringValue ?? ""
        switch asked?["operation"]?.stringValue {
        case "authorize":
            return .authorize(
                .sample(
                    try amount(),
                    manualCapture: asked?["manual"] == true,
                    token: (asked?["token"]?.stringValue).map { VendorToken($0) },
                    customerReference: asked?["customer"]?.stringValue,
                    offSession: asked?["off_session"] == true,
                    returnURL: asked?["return_url"]?.stringValue
                )
            )
        case "capture":
            return .capture(
                .sample(try amount(), of: reference, isFinal: asked?["final"] != false)
            )
        case "void": return .void(.sample(of: reference))
        case "refund": return .refund(.sample(try amount(), of: reference))
        case "look_up": return .lookUp(.init(.payment(reference: reference)))
        default: throw Fault.malformed("asked.operation")
        }
    }

    private func amount() throws -> Money {
        guard let code = json["asked"]?["currency"]?.stringValue, let currency = Currency(code),
            let amount = json["asked"]?["amount"]?.integerValue
        else { throw Fault.malformed("asked.amount") }
        return Money(amount, currency)
    }
}
