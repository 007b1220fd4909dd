internal import JSON
internal import PaymentCore
internal import Postgres

/// Where an account's secrets are, as columns: sealed here, or a pointer to another place.
enum CredentialColumns {
    static func binds(
        _ source: CredentialSource,
        of account: MerchantAccountID,
        _ keys: TenantKeys
    ) -> [PostgresValue] {
        switch source {
        case .stored(let credentials):
            let sealed = keys.seal(document(of: credentials), as: .credentials(account))
            return [
                .word(StoredAccount.Source.stored), .bytes(sealed), .count(keys.currentVersion),
                .null,
            ]
        case .environment(let variables):
            return [
                .word(StoredAccount.Source.environment), .null, .null,
                .json(Documents.text(of: variables)),
            ]
        case .file(let path):
            return [
                .word(StoredAccount.Source.file), .null, .null,
                .json(Documents.text(of: ["path": path])),
            ]
        case .secret(let name):
            return [
                .word(StoredAccount.Source.secret), .null, .null,
                .json(Documents.text(of: ["name": name])),
            ]
        }
    }

    private static func document(of credentials: Credentials) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            for (name, values) in credentials.fields {
                object.array(name) { array in
                    for value in values { array.element(value) }
                }
            }
        }
        return writer.bytes
    }

    /// One member per field: a string, or a list of strings for a secret that rotates.
    static func credentials(_ document: [UInt8]) -> Credentials? {
        // Silence is right: the parser's error could quote a secret.
        guard let object = (try? JSONValue.parse(document))?.objectValue else { return nil }
        var fields: [String: [String]] = [:]
        for member in object.members {
            switch member.value {
            case .string(let value): fields[member.name] = [value]
            case .array(let values): fields[member.name] = values.compactMap(\.stringValue)
            case .null, .bool, .integer, .number, .object: return nil
            }
        }
        return Credentials(fields)
    }
}
