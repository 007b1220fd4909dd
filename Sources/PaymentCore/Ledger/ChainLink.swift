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

    /// The bytes that are hashed, after those of the previous hash: see ``SealedBytes``.
    package func sealedBytes(behind hash: [UInt8] = []) -> [UInt8] {
        SealedBytes(values, behind: hash).bytes
    }
}

/// The chains that a tenant has. The raw value is signed with each head, so that neither's passes
/// for the other's.
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
