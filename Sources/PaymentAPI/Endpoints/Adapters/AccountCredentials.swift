internal import JSON
internal import PaymentCore

/// Where a merchant account's secrets come from, as a request says it: exactly one of `fields`,
/// `environment`, `file` and `secret`.
struct AccountCredentials: Sendable {
    let source: CredentialSource

    /// What this host's environment, files and cloud identity open is the platform's to give, or a
    /// tenant could have any of it sent to a vendor of its choice.
    var namesHost: Bool {
        switch source {
        case .stored: false
        case .environment, .file, .secret: true
        }
    }
}

extension FieldType where Value == AccountCredentials {
    static let credentials = FieldType.object { object in
        let fields = object.optional("fields", .credentialFields)
        let environment = object.optional("environment", .variables)
        let file = object.optional("file", .text(1...1_024))
        let secret = object.optional("secret", .text(1...1_024))
        let sources: [CredentialSource] =
            [fields.map { .stored(Credentials($0)) }, environment.map { .environment($0) }]
            .compactMap { $0 }
            + [file.map { .file(path: $0) }, secret.map { .secret(name: $0) }].compactMap { $0 }
        if let source = sources.first, sources.count == 1 {
            return AccountCredentials(source: source)
        }
        if sources.count > 1 {
            object.refuse(
                "fields",
                .conflict,
                ["reason": "one of fields, environment, file and secret"]
            )
        } else if object.problems.isEmpty {
            // What was refused still counts as given.
            object.refuse("fields", .required)
        }
        return nil
    }
}

extension FieldType where Value == [String: [String]] {
    /// Each field's value, or a list of values for one that rotates.
    fileprivate static let credentialFields = FieldType(
        .structure,
        Schema(
            ("type", "object"),
            ("maxProperties", 32),
            (
                "additionalProperties",
                [
                    "anyOf": [
                        Schema.text(length: 1...8_192).json,
                        Schema.array(of: .text(length: 1...8_192), count: 1...8).json,
                    ]
                ]
            )
        ).described("Values by the names of the adapter's credential_fields.")
    ) { value, pointer, problems in
        guard case .object(let object) = value, (1...32).contains(object.count) else {
            return problems.refuse(pointer, expected: "object")
        }
        let one = FieldType<String>.text(1...8_192)
        let many = FieldType<[String]>.array(of: one, 1...8)
        let before = problems.count
        var fields: [String: [String]] = [:]
        for member in object.members {
            let place = pointer + JSONPointer([.member(member.name)]).description
            if case .array = member.value {
                fields[member.name] = many.read(member.value, place, &problems)
            } else {
                fields[member.name] = one.read(member.value, place, &problems).map { [$0] }
            }
        }
        return problems.count == before ? fields : nil
    }
}

extension FieldType where Value == [String: String] {
    /// The name of an environment variable for each field.
    fileprivate static let variables = FieldType.metadata
}
