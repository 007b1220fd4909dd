/// What stands at one place of a hash chain: everything that is sealed of it.
package protocol ChainLink: Sendable {
    /// The names of ``values``, as exports show them.
    static var fieldNames: [String] { get }
    /// Everything that is sealed, in the order in which it is hashed.
    var values: [SealedValue] { get }
}

extension ChainLink {
    /// Everything that is sealed, by the names and in the order of the export.
    package var fields: [(name: String, value: SealedValue)] {
        Array(zip(Self.fieldNames, values))
    }

    /// The bytes that are hashed behind the hash before: see ``SealedBytes``.
    package var sealedBytes: [UInt8] { SealedBytes(values).bytes }
}

/// The chains that a tenant has. The raw value is signed with each head, so that none passes for
/// the other's.
package enum HashChain: String, Sendable {
    case ledger = "ledger head"
    case audit = "audit head"

    /// The event that publishes its heads.
    package var announcement: EventType {
        switch self {
        case .ledger: .ledgerSealed
        case .audit: .auditSealed
        }
    }
}

/// A value of a sealed document, as exports show it and the hash covers it.
package enum SealedValue: Sendable, Hashable {
    case text(String)
    case integer(Int64)
    case null

    static func text(orNull text: String?) -> SealedValue { text.map { .text($0) } ?? .null }
}

/// Values as bytes that no other values have: each as the length of its text in UTF-8, a colon,
/// the text and a comma; a null as a dash and a comma.
package struct SealedBytes: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init(_ values: [SealedValue]) {
        bytes.reserveCapacity(512)
        for value in values {
            switch value {
            case .text(let text): append(text)
            case .integer(let number): append(String(number))
            case .null: bytes.append(UInt8(ascii: "-"))
            }
            bytes.append(UInt8(ascii: ","))
        }
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: String(text.utf8.count).utf8)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(contentsOf: text.utf8)
    }
}
