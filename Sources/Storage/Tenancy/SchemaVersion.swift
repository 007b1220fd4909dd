internal import PaymentCore
internal import Postgres

/// The schema versions that this program serves, so that processes can be replaced one by one while
/// others serve.
///
/// A release is rolled out migration first: its migrations add to what is there, and the processes
/// of the release before go on over the newer schema. They cannot know what it will be, so the
/// schema says which programs may serve it: whoever migrates it records ``servedFrom`` with the
/// version.
package enum SchemaVersion {
    package static let control = 9
    package static let tenant = 28

    /// The oldest tenant schema that has everything the statements name.
    static let oldestTenant = 27

    /// The oldest program, by the ``tenant`` that it knows, which may serve a schema of this
    /// version. Raised by a migration that takes away what older statements name, alongside which
    /// older programs would write what they must not, or that brings events that they cannot read;
    /// their processes are then stopped before it.
    static let servedFrom = 16

    /// - Parameter oldest: the oldest program that may serve the schema.
    static func serves(_ version: Int, from oldest: Int) -> Bool {
        version >= oldestTenant && tenant >= min(version, oldest)
    }

    /// Checks the answer of a statement that selects a tenant's version and the oldest program that
    /// may serve it.
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
