import JSON

/// What is kept of a vendor's own words about a transaction, as `docs/details/<vendor>.md` lists
/// it: one flat JSON object, so that each field can be filtered by.
enum VendorDetails {
    static func text(_ members: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter(capacity: 512)
        writer.object(members)
        return writer.text
    }
}

// Members that are written when the vendor gave them.
extension JSONWriter {
    /// Bounded, since it comes from outside.
    mutating func word(_ name: String, _ text: String?) {
        guard let text, !text.isEmpty else { return }
        member(name, String(text.prefix(200)))
    }

    mutating func word(_ name: String, _ value: JSONValue?) {
        word(name, value?.stringValue)
    }

    mutating func number(_ name: String, _ value: JSONValue?) {
        guard let number = value?.integerValue else { return }
        member(name, number)
    }

    mutating func flag(_ name: String, _ value: JSONValue?) {
        guard let flag = value?.boolValue else { return }
        member(name, flag)
    }
}
