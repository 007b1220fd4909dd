package import HTTP
package import JSON

/// A call to the control endpoints under `/_control`: what a test or a person tells a simulator
/// apart from the vendor's own interface. They are described in docs/simulators.md.
package struct ControlCall: Sendable {
    package let method: String
    /// The decoded parts of the path behind `/_control`.
    package let path: [String]
    package let query: QueryItems
    package let body: [UInt8]

    /// The members of the call's body; an empty body is an empty object.
    package func read<Value>(
        _ members: (inout JSONFields) throws(JSONFieldErrors) -> Value
    ) throws(ControlRefusal) -> Value {
        let json: JSONValue
        do throws(JSONError) {
            json = body.isEmpty ? [:] : try JSONValue.parse(body)
        } catch {
            throw ControlRefusal(error.message)
        }
        guard let object = json.objectValue else { throw ControlRefusal("Send a JSON object.") }
        var fields = JSONFields(object)
        do throws(JSONFieldErrors) {
            return try members(&fields)
        } catch {
            throw ControlRefusal(error)
        }
    }

    /// The only member of the call's body that matters.
    package func read<Value>(
        _ name: String,
        _ reader: JSONReader<Value>
    ) throws(ControlRefusal) -> Value {
        try read { fields throws(JSONFieldErrors) in
            let value = fields.required(name, reader)
            return try fields.finish(value)
        }
    }
}

package struct ControlReply: Sendable {
    package var status = 200
    package var body: [UInt8] = []

    package init(status: Int = 200, _ members: (inout JSONWriter) -> Void = { _ in }) {
        self.status = status
        var writer = JSONWriter(capacity: 1_024)
        writer.object(members)
        body = writer.bytes
    }
}

/// What was asked for makes no sense or cannot be done in the present state.
package struct ControlRefusal: Error, Sendable, Equatable {
    package let status: Int
    package let message: String

    package init(status: Int = 400, _ message: String) {
        self.status = status
        self.message = message
    }

    package init(_ errors: JSONFieldErrors) {
        let faults = errors.all.map { "\($0.pointer): \($0.message)" }
        self.init(status: 422, faults.joined(separator: " "))
    }

    package static let unknown = ControlRefusal(
        status: 404,
        "There is no such control endpoint; see docs/simulators.md."
    )
}
