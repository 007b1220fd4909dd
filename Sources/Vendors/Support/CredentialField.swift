import JSON
package import PaymentCore

/// One field of a merchant account at a vendor, as data: forms, validation and masking follow it.
package struct CredentialField: Sendable, Hashable {
    package enum Shape: Sendable, Hashable {
        case text
        /// Words for people, spaces included.
        case phrase
        case integer(ClosedRange<Int64>)
        /// A JSON object; what it may hold is checked by the vendor's descriptor.
        case json
        /// Where the vendor is reached; see ``VendorBaseURL``.
        case baseURL
        /// One of these words.
        case choice([String])
    }

    package let name: String
    package let description: String
    package let shape: Shape
    package let isSecret: Bool
    package let isRequired: Bool
    /// Whether it may have several values while one replaces another.
    package let rotates: Bool
    /// What stands for it when it is not given.
    package let defaultValue: String?

    package init(
        _ name: String,
        _ description: String,
        shape: Shape = .text,
        isSecret: Bool = false,
        isRequired: Bool = false,
        rotates: Bool = false,
        defaultValue: String? = nil
    ) {
        self.name = name
        self.description = description
        self.shape = shape
        self.isSecret = isSecret
        self.isRequired = isRequired
        self.rotates = rotates
        self.defaultValue = defaultValue
    }

    /// A setting that is on or off, and off by default.
    static func toggle(_ name: String, _ description: String) -> CredentialField {
        CredentialField(name, description, shape: .choice(["off", "on"]), defaultValue: "off")
    }

    /// Whether a ``toggle(_:_:)`` is on.
    func isOn(in credentials: Credentials) -> Bool { value(in: credentials) == "on" }

    /// The field's value in `credentials`, else its default. An empty value counts as none.
    package func value(in credentials: Credentials) -> String? {
        guard let value = credentials[name], !value.isEmpty else { return defaultValue }
        return value
    }

    func problem(in values: [String]) -> CredentialProblem? {
        if values.allSatisfy(\.isEmpty) {
            return isRequired ? CredentialProblem(field: name, code: .missing) : nil
        }
        if values.count > 1, !rotates { return CredentialProblem(field: name, code: .tooMany) }
        return values.allSatisfy(accepts) ? nil : CredentialProblem(field: name, code: .invalid)
    }

    private func accepts(_ value: String) -> Bool {
        switch shape {
        case .phrase: return !value.utf8.contains { $0 < 0x20 || $0 == 0x7F }
        // Silence is right: the field's name is all that is said of a wrong value.
        case .json: return (try? JSONValue.parse(Array(value.utf8)))?.objectValue != nil
        case .text, .integer, .baseURL, .choice: break
        }
        // A control byte could never be sent in a header, a space only by mistake of copying.
        guard !value.isEmpty, value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return false
        }
        return switch shape {
        case .text, .phrase, .json: true
        case .integer(let range): Int64(value).map(range.contains) ?? false
        case .baseURL: VendorBaseURL(value) != nil
        case .choice(let words): words.contains(value)
        }
    }
}
