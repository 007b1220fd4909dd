import PaymentCore
import Postgres
import Reactor
import Storage
import TestKit
import Testing

/// Making a database ready, by several at once and on a server that has an installation already.
@Suite
struct PreparationTests {
    private func prepare(_ database: TestDatabase) async throws {
        let loop = try EventLoop(name: "prepare")
        loop.start()
        let result: Result<Void, any Error> = try await loop.submit {
            let pool = try PostgresPool(
                loop: loop,
                blocking: BlockingPool(name: "prepare", threads: 1),
                configuration: PostgresConfiguration(url: database.url)
            )
            let keys = KeyRing(try LocalKeys(text: LocalKeys.line(named: "test")))
            let result: Result<Void, any Error>
            do {
                try await TenantProvisioner(
                    pool: pool,
                    keys: keys,
                    migrations: StorageFixture.migrations
                ).prepareDatabase()
                result = .success(())
            } catch {
                result = .failure(error)
            }
            await pool.drain(within: .seconds(1))
            return result
        }
        await loop.stop()
        try result.get()
    }

    @Test
    func `several who prepare a new database at once all succeed`() async throws {
        let cluster = try await PostgresCluster()
        let database = try await cluster.freshDatabase()
        try await withThrowingTaskGroup { group in
            for _ in 0..<4 { group.addTask { try await prepare(database) } }
            try await group.waitForAll()
        }
        let other = try await cluster.freshDatabase()
        do {
            try await prepare(other)
            Issue.record("a second installation took the roles of the first")
        } catch let error as StoreError {
            #expect(error.message.contains("one server takes one installation"))
        }
        try await cluster.stop()
    }
}
