import Postgres
import Reactor
import Synchronization
import TestKit
import Testing

@Suite struct PoolTests {
    static let sleep = Statement("sleep", "select pg_sleep($1::text::double precision)")
    static let one = Statement("one", "select 1 as n")

    @Test func `callers beyond the limits are told so`() async throws {
        try await withPool { configuration in
            configuration.maximumConnections = 1
            configuration.maximumWaiting = 1
        } _: { pool in
            let busy = Task(executorPreference: pool.loop) {
                try await pool.transaction(role: nil, [Self.sleep("30")])
            }
            while pool.snapshot.inUse == 0 { try await pool.loop.sleep(for: .milliseconds(1)) }
            let patient = Task(executorPreference: pool.loop) {
                try await pool.transaction(
                    role: nil,
                    [Self.one()],
                    deadline: pool.loop.now.advanced(by: .seconds(2))
                )
            }
            while pool.snapshot.waiting == 0, pool.snapshot.timedOut == 0 {
                try await pool.loop.sleep(for: .milliseconds(1))
            }
            let full = try await failure { () async throws(PostgresError) in
                try await pool.transaction(role: nil, [Self.one()])
            }
            #expect(full.code == .poolFull)
            let timeout = await #expect(throws: PostgresError.self) { try await patient.value }
            #expect(timeout?.code == .poolTimeout)
            busy.cancel()
            _ = try? await busy.value
            let snapshot = pool.snapshot
            #expect(snapshot.refused == 1)
            #expect(snapshot.timedOut == 1)
            #expect(snapshot.waiting == 0)
        }
    }

    @Test func `a caller goes before background work that came earlier`() async throws {
        try await withPool {
            $0.maximumConnections = 1
        } _: { pool in
            let served = Served()
            let busy = Task(executorPreference: pool.loop) {
                try await pool.transaction(role: nil, [Self.sleep("30")])
            }
            while pool.snapshot.inUse == 0 { try await pool.loop.sleep(for: .milliseconds(1)) }
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<3 {
                    // What background work starts is background work.
                    pool.loop.spawn(priority: .utility) {
                        await withTaskGroup(of: Void.self) { group in
                            group.addTask { await served.add("background", pool) }
                        }
                    }
                }
                while pool.snapshot.waiting < 3 { await Task.yield() }
                group.addTask(executorPreference: pool.loop) {
                    await served.add("caller", pool)
                }
                while pool.snapshot.waiting < 4 { await Task.yield() }
                busy.cancel()
                while served.names.count < 4 { await Task.yield() }
            }
            #expect(served.names == ["caller", "background", "background", "background"])
        }
    }

    /// Who was served, in order.
    private final class Served: Sendable {
        private let all = Mutex<[String]>([])

        var names: [String] { all.withLock { $0 } }

        func add(_ name: String, _ pool: PostgresPool) async {
            _ = try? await pool.transaction(role: nil, [PoolTests.one()])
            all.withLock { $0.append(name) }
        }
    }

    @Test func `a thousand callers share a few connections`() async throws {
        try await withPool {
            $0.maximumConnections = 4
        } _: { pool in
            try await withThrowingTaskGroup(of: Int64.self) { group in
                for _ in 0..<1000 {
                    group.addTask(executorPreference: pool.loop) {
                        try await pool.transaction(role: nil, [Self.one()])[0].only.int64("n")
                    }
                }
                for try await number in group { #expect(number == 1) }
            }
            let snapshot = pool.snapshot
            #expect(snapshot.opened <= 4)
            #expect(snapshot.servedAtOnce + snapshot.servedLater == 1001)
        }
    }

    /// A session can miss a grant while it collects its login's roles; no statement makes it collect
    /// them again.
    @Test(arguments: [false, true])
    func `a session that denies a role is exchanged, until three in a row deny it`(
        isInteractive: Bool
    ) async throws {
        try await withPool {
            $0.maximumConnections = 1
        } _: { pool in
            // The second time, the first session is believed.
            for _ in 0..<2 {
                let denied = await #expect(throws: PostgresError.self) {
                    if isInteractive {
                        try await pool.interactive(role: "pg_read_all_data") { transaction in
                            _ = try await transaction.run([Self.one()])
                        }
                    } else {
                        _ = try await pool.read(role: "pg_read_all_data", [Self.one()])
                    }
                }
                #expect(denied?.sqlState == .insufficientPrivilege)
                #expect(pool.snapshot.opened == 3)
            }
            let rows = try await pool.transaction(role: nil, [Self.one()])
            #expect(try rows[0].only.int64("n") == 1)
            #expect(pool.snapshot.inUse == 0)
        }
    }

    @Test func `idle connections above the minimum close`() async throws {
        try await withPool { configuration in
            configuration.maximumConnections = 4
            configuration.minimumConnections = 1
            configuration.idleLimit = .milliseconds(10)
        } _: { pool in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask(executorPreference: pool.loop) {
                        try await pool.transaction(role: nil, [Self.sleep("0.05")])
                    }
                }
                try await group.waitForAll()
            }
            while pool.snapshot.idle != 1 { try await pool.loop.sleep(for: .milliseconds(20)) }
        }
    }

    @Test func `old connections are replaced`() async throws {
        try await withPool {
            $0.ageLimit = .milliseconds(1)
        } _: { pool in
            for _ in 0..<3 {
                try await pool.transaction(role: nil, [Self.sleep("0.01")])
            }
            #expect(pool.snapshot.opened >= 3)
        }
    }

    @Test func `a silent idle connection is probed and one that does not answer replaced`()
        async throws
    {
        let database = try await PostgresCluster.shared().freshDatabase()
        let proxy = try PostgresProxy(target: database.url.port)
        defer { proxy.close() }
        try await withPool(database.through(proxy)) { configuration in
            configuration.healthCheckInterval = .milliseconds(1)
            configuration.healthCheckDeadline = .milliseconds(50)
            // An attempt that meets the silence gives up soon, and who waits outlives it.
            configuration.connectTimeout = .milliseconds(500)
            configuration.waitDeadline = .seconds(60)
            configuration.cancelGrace = .milliseconds(50)
        } _: { pool in
            proxy.set(.silence)
            while pool.snapshot.failedProbes == 0 {
                try await pool.loop.sleep(for: .milliseconds(10))
            }
            proxy.set(.pass)
            let rows = try await pool.read(role: nil, [Self.one()])
            #expect(try rows[0].only.int("n") == 1)
        }
    }

    @Test func `draining lets running work end and refuses newcomers`() async throws {
        try await withPool { pool in
            let running = Task(executorPreference: pool.loop) {
                try await pool.transaction(role: nil, [Self.sleep("0.1")])
            }
            while pool.snapshot.inUse == 0 { try await pool.loop.sleep(for: .milliseconds(1)) }
            await pool.drain(within: .seconds(10))
            _ = try await running.value
            let error = try await failure { () async throws(PostgresError) in
                try await pool.transaction(role: nil, [Self.one()])
            }
            #expect(error.code == .poolClosed)
            #expect(pool.snapshot.inUse == 0)
        }
    }

    @Test func `what does not end within the limit of a drain is cut`() async throws {
        try await withPool { pool in
            let running = Task(executorPreference: pool.loop) {
                try await pool.transaction(role: nil, [Self.sleep("30")])
            }
            while pool.snapshot.inUse == 0 { try await pool.loop.sleep(for: .milliseconds(1)) }
            await pool.drain(within: .milliseconds(50))
            let error = await #expect(throws: PostgresError.self) { try await running.value }
            #expect(error?.code == .commitUnknown)
        }
    }

    @Test func `a wrong password or an unknown host is told at the start`() async throws {
        let database = try await PostgresCluster.shared().freshDatabase()
        for url in [
            database.url.replacing(password: "wrong"),
            PostgresURL("postgres://a:b@no-such-host.invalid:5432/c"),
            PostgresURL("postgres://a:b@127.0.0.1:1/c"),
        ] {
            let error = try await failure { () async throws(PostgresError) in
                do {
                    try await withBarePool(url) {
                        // However long a name takes to resolve, an attempt has failed by then.
                        $0.connectTimeout = .milliseconds(100)
                        $0.waitDeadline = .seconds(1)
                    } _: { pool in
                        try await pool.warmUp()
                    }
                } catch let error as PostgresError {
                    throw error
                } catch {
                    throw PostgresError(.misuse, "\(error)")
                }
            }
            #expect(error.code == .unavailable)
            #expect(!error.description.contains("wrong"))
        }
        let malformed = await #expect(throws: PostgresError.self) {
            try await withBarePool(PostgresURL("postgres://a:b@127.0.0.1:1/c?nonsense=1")) { _ in }
        }
        #expect(malformed?.code == .misuse)
        let nowhere = await #expect(throws: PostgresError.self) {
            try await withBarePool(PostgresURL("dbname=c")) { _ in }
        }
        #expect(nowhere?.code == .misuse)
    }

    @Test func `a host is resolved away from the loop`() async throws {
        let database = try await PostgresCluster.shared().freshDatabase()
        let url = PostgresURL(
            "host=localhost port=\(database.url.port) user=\(database.role)"
                + " password=open-sesame dbname=\(database.name) sslmode=disable"
        )
        try await withBarePool(url) { pool in
            let rows = try await pool.read(role: nil, [Self.one()])
            #expect(try rows[0].only.int("n") == 1)
        }
    }
}
