import Foundation
package import HTTP
package import JSON
package import PaymentCore
import Vendors

/// A vendor's answers or notification as they were recorded, with what had been asked.
package struct Recording {
    package enum Fault: Error {
        case malformed(String)
    }

    package let json: JSONValue

    /// Reads `<Vendor>/Recordings/<name>.json` of the vendors' tests.
    package init(of vendor: String, _ name: String) throws {
        json = try JSONValue.parse([UInt8](Data(contentsOf: Self.url(vendor, name))))
    }

    private init(_ json: JSONValue) {
        self.json = json
    }

    package static func exists(of vendor: String, _ name: String) -> Bool {
        FileManager.default.fileExists(atPath: url(vendor, name).path)
    }

    /// The fields that the vendor's recordings need otherwise than by default: `account` of `sample`.
    package static func account(of vendor: String) -> [String: [String]] {
        // Silence is right: most vendors need none, and cash has no recordings.
        let members = (try? Recording(of: vendor, "sample"))?.json["account"]?.objectValue?.members
        return (members ?? []).reduce(into: [:]) { $0[$1.name] = [$1.value.stringValue ?? ""] }
    }

    private static func url(_ vendor: String, _ name: String, file: String = #filePath) -> URL {
        folder(of: vendor, file: file).appendingPathComponent("\(name).json")
    }

    private static func folder(of vendor: String, file: String = #filePath) -> URL {
        URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("VendorsTests/\(vendor)/Recordings")
    }

    /// Those of a vendor, in order.
    package static func names(of vendor: String) -> [String] {
        // Silence is right: without its recordings every suite fails by name.
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder(of: vendor).path))
        return (files ?? []).filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
            .sorted()
    }

    /// The body as it stood on the wire.
    package var body: [UInt8] {
        json["text"]?.stringValue.map { Array($0.utf8) } ?? json["body"]?.bytes() ?? []
    }

    package var fields: HTTPFields {
        var fields = HTTPFields()
        for member in json["headers"]?.objectValue?.members ?? [] {
            guard let name = HTTPFieldName(member.name), let value = member.value.stringValue
            else { continue }
            fields.append(name, value)
        }
        return fields
    }

    package func answer() throws -> HTTPResponse {
        guard let status = json["status"]?.integerValue else { throw Fault.malformed("status") }
        return HTTPResponse(status: HTTPStatus(Int(status)), fields: fields, body: body)
    }

    /// Those of the whole conversation: the elements of `answers`, or the one that the recording is.
    package func answers() throws -> [HTTPResponse] {
        guard let answers = json["answers"]?.arrayValue else { return [try answer()] }
        return try answers.map { try Recording($0).answer() }
    }

    /// Whatever the vendor said in it; at least one.
    package var bodies: [[UInt8]] {
        guard let answers = json["answers"]?.arrayValue, !answers.isEmpty else { return [body] }
        return answers.map { Recording($0).body }
    }

    package var delivery: WebhookDelivery {
        WebhookDelivery(
            fields: fields.all.map { ($0.name.spelling.lowercased(), $0.value) },
            body: body
        )
    }

    /// What had been asked, rebuilt with our sample identifiers.
    ///
    /// - Parameter name: another operation in the same terms.
    package func operation(_ name: String? = nil) throws -> VendorOperation {
        let asked = json["asked"]
        let reference = asked?["reference"]?.stringValue ?? ""
        switch name ?? asked?["operation"]?.stringValue {
        case "authorize":
            return .authorize(
                .sample(
                    try amount(),
                    manualCapture: asked?["manual"] == true,
                    method: (asked?["method"]?.stringValue).flatMap(MethodKind.init) ?? .card,
                    token: (asked?["token"]?.stringValue).map { VendorToken($0) },
                    oneTimeToken: (asked?["one_time_token"]?.stringValue).map { VendorToken($0) },
                    customerReference: asked?["customer"]?.stringValue,
                    offSession: asked?["off_session"] == true,
                    returnURL: asked?["return_url"]?.stringValue
                )
            )
        case "capture":
            return .capture(
                .sample(
                    try amount(),
                    of: reference,
                    isFinal: asked?["final"] != false,
                    original: try original()
                )
            )
        case "complete":
            return .complete(
                .sample(
                    try amount(),
                    of: reference,
                    manualCapture: asked?["manual"] == true,
                    original: try original()
                )
            )
        case "void": return .void(.sample(of: reference, original: try original()))
        case "refund":
            return .refund(
                .sample(try amount(), of: reference, original: try original(), shares: shares)
            )
        case "look_up":
            return .lookUp(.init(.payment(reference: reference), original: try original()))
        default: throw Fault.malformed("asked.operation")
        }
    }

    /// The authorization that what was asked belongs to, when the recording tells its `authorized`
    /// amount, with the `details` that were kept of it.
    private func original() throws -> VendorOperation.Original? {
        guard let authorized = json["asked"]?["authorized"]?.integerValue else { return nil }
        return .sample(
            Money(authorized, try amount().currency),
            details: json["asked"]?["details"]?.text
        )
    }

    /// Pairs of a capture's identifier and an amount.
    private var shares: [CaptureShare] {
        (json["asked"]?["shares"]?.arrayValue ?? []).compactMap { pair in
            guard let reference = pair[0]?.stringValue, let amount = pair[1]?.integerValue else {
                return nil
            }
            return CaptureShare(reference: reference, amount: amount)
        }
    }

    private func amount() throws -> Money {
        guard let code = json["asked"]?["currency"]?.stringValue, let currency = Currency(code),
            let amount = json["asked"]?["amount"]?.integerValue
        else { throw Fault.malformed("asked.amount") }
        return Money(amount, currency)
    }
}
