import HTTP
import JSON
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// One operation of each kind, made in a vendor's own terms: those of its recording `sample`, with
/// currency, amount, reference and token.
enum SampleOperation: String, CaseIterable {
    case authorize
    case capture
    case void
    case refund
    case lookUp = "look_up"

    func made(for vendor: VendorDescriptor) throws -> VendorOperation {
        guard vendor.hasWire else {
            return switch self {
            case .authorize: .authorize(.sample())
            case .capture: .capture(.sample())
            case .void: .void(.sample())
            case .refund: .refund(.sample())
            case .lookUp: .lookUp(.init(.payment(reference: "pi_3QcAuth01")))
            }
        }
        return try Recording(of: vendor.name, "sample").operation(rawValue)
    }
}

extension VendorDescriptor {
    var hasWire: Bool {
        switch implementation {
        case .dialect: true
        case .port: false
        }
    }

    /// What is answered before an operation's own first request: its recording `access_token`, for a
    /// vendor that grants tokens.
    func prelude() throws -> [HTTPResponse] {
        guard case .dialect(let dialect) = implementation,
            try dialect.init(Sample.account(of: self)).accessToken != nil
        else { return [] }
        return [try Recording(of: name, "access_token").answer()]
    }

    /// A request without the headers that tell when it was signed: those that its recording
    /// `sample` names as `timed_headers`.
    func untimed(_ request: HTTPRequest) throws -> HTTPRequest {
        var request = request
        let names = try Recording(of: name, "sample").json["timed_headers"]?.arrayValue ?? []
        for name in names.compactMap(\.stringValue).compactMap(HTTPFieldName.init) {
            request.fields.removeAll(name)
        }
        return request
    }

    /// What its sample account can do.
    var sampleCapabilities: Capabilities {
        makePort(transport: ScriptedTransport([HTTPResponse]())).capabilities(
            of: Sample.account(of: self)
        )
    }

    /// What the first request of an operation would do; nil when nothing is sent.
    func firstEffect(of operation: VendorOperation) throws -> RequestEffect? {
        guard case .dialect(let dialect) = implementation else { return nil }
        let speaker = try dialect.init(Sample.account(of: self))
        switch try speaker.step(operation, key: Sample.key, after: []) {
        case .ask(_, let effect), .askLater(_, _, let effect): return effect
        case .finished: return nil
        }
    }
}
