internal import PaymentCore
internal import Postgres

/// The schema versions that this program serves: from the oldest that its statements run on to the
/// one it knows, so that migration and roll-out can follow each other without a gap.
package enum SchemaVersion {
    package static let control = 6
    package static let tenant = 14

    /// The oldest tenant schema that has everything the statements name.
    static let oldestTenant = 14

    static func serves(_ version: Int) -> Bool { (oldestTenant...tenant).contains(version) }

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
