internal import JSON

extension FuzzTarget {
    /// What can be read can be written, and reads the same again.
    static func runJSON(_ bytes: [UInt8]) {
        guard let value = try? JSONValue.parse(bytes) else { return }
        let again = try? JSONValue.parse(value.bytes())
        precondition(again == value, "what was written reads otherwise")
    }

    /// The canonical form is JSON, its own canonical form, and says the same.
    static func runIdempotency(_ bytes: [UInt8]) {
        guard let value = try? JSONValue.parse(bytes) else { return }
        let canonical = value.canonicalBytes()
        let again = try? JSONValue.parse(canonical)
        precondition(again?.canonicalBytes() == canonical, "the canonical form has another one")
        let rewritten = try? JSONValue.parse(value.bytes())
        precondition(rewritten?.canonicalBytes() == canonical, "spelling counts")
    }
}
