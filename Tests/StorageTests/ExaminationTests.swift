import PaymentCore
import Postgres
import Storage
import TestKit
import Testing

/// On a cluster of its own: one server takes one installation, and this one is of another time.
@Suite
struct ExaminationTests {
    @Test
    func `a control schema that is missing, older, as old or newer than the program is told apart`()
        async throws
    {
        try await withTenant { fixture, _ in
            let cluster = try await PostgresCluster()
            let database = try await cluster.freshDatabase()
            try await fixture.onNewPool(to: database.url) { pool in
                func isBehind() async throws -> Bool {
                    try await DatabaseExamination.read(from: pool).controlIsBehind
                }
                #expect(try await isBehind(), "there is none")
                for last in ["0008_platform_audit.sql", "0009_erasure.sql"] {
                    let folder = try StorageFixture.folder(upTo: last)
                    defer { StorageFixture.remove(folder) }
                    try await TenantProvisioner(
                        pool: pool,
                        keys: fixture.keys,
                        migrations: folder
                    ).prepareDatabase()
                    let version = Int(last.prefix(4)) ?? 0
                    #expect(try await isBehind() == (version < SchemaVersion.control))
                }
                func record(_ sql: String) async throws {
                    let path = "set local search_path to gateway_control"
                    try await pool.transaction(
                        role: TenantSchema.controlOwner,
                        [path, sql].map { Query(Statement("test.version", sentOnce: $0)) }
                    )
                }
                try await fixture.provisioner(on: pool).prepareDatabase()
                #expect(try await !isBehind(), "it is this program's")
                // As an upgrade's first half leaves it for the processes that are still old.
                try await record(
                    """
                    insert into schema_migrations (version, file, checksum)
                    values (\(SchemaVersion.control + 1), 'newer', '')
                    """
                )
                #expect(try await !isBehind(), "a newer one is served")
                try await record(
                    "delete from schema_migrations where version >= \(SchemaVersion.control)"
                )
                #expect(try await isBehind())
            }
        }
    }
}
