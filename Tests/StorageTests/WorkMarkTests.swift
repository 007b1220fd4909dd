import PaymentCore
import Postgres
import Reactor
import Storage
import Synchronization
import TestKit
import Testing

@Suite
struct WorkMarkTests {
    /// Counts how often a statement was sent.
    private final class Counter: PostgresObserver {
        private let name: String
        private let sent = Mutex(0)

        init(_ name: String) { self.name = name }

        var count: Int { sent.withLock { $0 } }

        func pipelineEnded(_ report: PipelineReport) {
            let found = report.queries.count { $0.statement.name == name }
            sent.withLock { $0 += found }
        }
    }

    @Test
    func `a crowd that comes to a quiet tenant marks it once`() async throws {
        try await withTenant { fixture, tenant in
            let marking = Counter("tenant.mark")
            let pool = try PostgresPool(
                loop: fixture.loop,
                blocking: BlockingPool(name: "crowd", threads: 1),
                configuration: PostgresConfiguration(url: fixture.database.url),
                observer: marking
            )
            let store = PostgresPaymentStore(pool: pool, keys: fixture.keys, marks: WorkMarks())
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    group.addTask(executorPreference: fixture.loop) {
                        let job = Changeset(
                            jobs: [
                                .schedule(.purge, subject: "\(number)", due: .after(.seconds(60)))
                            ]
                        )
                        try await store.commit(job, in: tenant)
                    }
                }
                try await group.waitForAll()
            }
            #expect(marking.count == 1)
            await pool.drain(within: .seconds(1))
        }
    }
}
