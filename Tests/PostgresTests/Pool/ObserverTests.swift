import Postgres
import Synchronization
import Testing

@Suite struct ObserverTests {
    final class Log: PostgresObserver {
        let reports = Mutex<[PipelineReport]>([])

        func pipelineEnded(_ report: PipelineReport) {
            reports.withLock { $0.append(report) }
        }
    }

    @Test func `every pipeline is reported as it was sent`() async throws {
        let log = Log()
        try await withPool(observer: log) { pool in
            try await pool.transaction(
                role: nil,
                [
                    Statement.test("create role observed nologin")(),
                    Statement.test("grant observed to current_user")(),
                ]
            )
            log.reports.withLock { $0.removeAll() }
            let one = Statement("one", "select $1::bigint as n")
            try await pool.transaction(role: "observed", [one(1), one(2)])
            _ = try? await pool.read(role: nil, [Statement("bad", "select nothing")()])
            let reports = log.reports.withLock { $0 }
            #expect(
                reports.first?.queries.map(\.statement.sql) == [
                    "begin", "select set_config('role', $1, true)", "select $1::bigint as n",
                    "select $1::bigint as n", "commit",
                ]
            )
            #expect(reports.first?.queries[1].binds == ["observed"])
            #expect(reports.first?.role == "observed")
            #expect(reports.first?.failure == nil)
            #expect(reports.first.map { $0.elapsed > .zero } == true)
            #expect(reports.dropFirst().first?.failure == .statement)
        }
    }
}
