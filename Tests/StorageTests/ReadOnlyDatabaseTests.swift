import PaymentCore
import Postgres
import Storage
import Testing

@Suite
struct ReadOnlyDatabaseTests {
    /// What a fault is, is given up: a message of a broker becomes an operator's.
    @Test
    func `a database that takes no writes is away, as one that does not answer`() async throws {
        try await withTenant { fixture, tenant in
            try await fixture.onNewPool {
                $0.sessionSettings["default_transaction_read_only"] = "on"
            } _: { pool in
                let jobs = PostgresJobStore(pool: pool, marks: fixture.marks)
                let error = await #expect(throws: StoreError.self) {
                    try await jobs.purge(limit: 1, in: tenant)
                }
                #expect(error?.code == .unavailable)
            }
        }
    }
}
