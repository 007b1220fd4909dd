internal import PaymentCore
internal import Postgres

/// The schema versions that this program serves, so that processes can be replaced one by one while
/// others serve.
///
/// A release is rolled out migration first: its migrations add to what is there, and the processes
/// of the release before go on over the newer schema. They cannot know what it will be, so the
/// schema says whom it can bear: whoever migrates it records ``servedFrom`` beside the version.
package enum SchemaVersion {
    package static let control = 9
    package static let tenant = 28

    /// The oldest tenant schema that has everything the statements name.
    static let oldestTenant = 27

    /// The oldest program, by the ``tenant`` that it knows, which may serve a schema of this
    /// version. Raised by a migration that takes away what older statements name, beside which older
    /// programs would write what must not be, or with which events come that they cannot read; their
    /// processes are then stopped before it.
    static let servedFrom = 16

    /// - Parameter oldest: the oldest program that the schema can bear.
    static func serves(_ version: Int, from oldest: Int) -> Bool {
        version >= oldestTenant && tenant >= min(version, oldest)
    }

    /// Checks the answer of a statement that selects a tenant's version and whom it can bear.
    static func check(_ answer: Rows) throws(StoreError) {
        guard let row = answer.first else {
            throw StoreError(.missingReference, "there is no such tenant")
        }
        let (version, oldest) = try decoding { () throws(PostgresError) in
            (try row.int(0), try row.int(1))
        }
        guard serves(version, from: oldest) else {
            throw StoreError(.wrongSchemaVersion, "the tenant's schema has version \(version)")
        }
    }
}
