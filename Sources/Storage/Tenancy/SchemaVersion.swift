internal import PaymentCore
internal import Postgres

/// The schema versions that this program serves: the one it knows and the one before, so that
/// migration and roll-out can follow each other without a gap.
package enum SchemaVersion {
    package static let control = 2
    package static let tenant = 5

    static func serves(_ version: Int) -> Bool { version == tenant || version == tenant - 1 }

    /// Checks the answer of a statement that selects a tenant's version.
    static func check(_ answer: Rows) throws(StoreError) {
        guard let row = answer.first else {
            throw StoreError(.missingReference, "there is no such tenant")
        }
        let version = try decoding { () throws(PostgresError) in try row.int(0) }
        guard serves(version) else {
            throw StoreError(.wrongSchemaVersion, "the tenant's schema has version \(version)")
        }
    }
}
