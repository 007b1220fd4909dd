package import HTTP
internal import JSON

/// One call as it came over the wire, before anything in it is believed.
package struct SimulatedCall: Sendable {
    package var method: HTTPMethod
    /// Undecoded, without the query.
    package var path: String
    package var query: String
    package var fields: HTTPFields
    package var body: [UInt8]

    package init(
        _ method: HTTPMethod,
        _ path: String,
        query: String = "",
        fields: HTTPFields = HTTPFields(),
        body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.fields = fields
        self.body = body
    }
}

/// What goes back: the status, all fields but those of the connection, and the body.
package struct SimulatedReply: Sendable {
    package var status: Int
    package var fields: HTTPFields
    package var body: [UInt8]
    /// The stored result of an earlier call.
    package var isReplay = false

    package init(status: Int, fields: HTTPFields = HTTPFields(), body: [UInt8] = []) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    /// Stands where a fault keeps the answer back.
    static let nothing = SimulatedReply(status: 0)
}

/// A call that was taken in: what the journal and the faults know of it, and how it goes on.
package struct BegunCall<Work: Sendable>: Sendable {
    package enum Stage: Sendable {
        /// Not let in, or meaningless: no fault strikes it.
        case refused(SimulatedReply)
        /// Answered before any effect, as a repeat is.
        case answered(SimulatedReply)
        case ready(Work)
    }

    /// The simulator's name for what was asked; nil when the address means nothing.
    package var operation: String?
    /// Names and values that faults can be aimed at.
    package var parameters: [(name: String, value: String)]
    package var idempotencyKey: String?
    /// How long the vendor itself takes before the effect.
    package var delay = Duration.zero
    package var stage: Stage

    package init(
        operation: String?,
        parameters: [(name: String, value: String)] = [],
        idempotencyKey: String? = nil,
        _ stage: Stage
    ) {
        self.operation = operation
        self.parameters = parameters
        self.idempotencyKey = idempotencyKey
        self.stage = stage
    }
}

/// An answer that a fault puts in place of the result.
package enum FaultRefusal: Sendable, Equatable {
    case rateLimit
    /// Another call holds the object.
    case lockTimeout
    /// - Parameter retryHint: what the answer says of trying again; nil says nothing.
    case status(Int, retryHint: Bool?)
    /// An error by the vendor's own code; one that it does not know is its most general error.
    case code(String)
}

extension JSONValue {
    /// Every text, number and truth value inside with its JSON pointer as name.
    package var parameters: [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        collect(into: &pairs, at: .root)
        return pairs
    }

    private func collect(
        into pairs: inout [(name: String, value: String)],
        at pointer: JSONPointer
    ) {
        switch self {
        case .null: break
        case .bool(let value): pairs.append(("\(pointer)", "\(value)"))
        case .integer(let value): pairs.append(("\(pointer)", "\(value)"))
        case .number(let digits): pairs.append(("\(pointer)", digits))
        case .string(let text): pairs.append(("\(pointer)", text))
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                element.collect(into: &pairs, at: pointer.appending(index))
            }
        case .object(let object):
            for member in object.members {
                member.value.collect(into: &pairs, at: pointer.appending(member.name))
            }
        }
    }
}
