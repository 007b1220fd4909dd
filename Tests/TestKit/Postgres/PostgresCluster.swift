internal import Foundation
package import Postgres
import Reactor
import Synchronization

/// A private Postgres cluster for the tests of one process: started once, gone with the process,
/// also when that crashes (`scripts/postgres-cluster run` watches the pipe).
///
/// Settings are for speed, not for safety, unless it is durable: `fsync` is off.
package final class PostgresCluster: Sendable {
    private static let started = Task.detached { try await PostgresCluster() }

    private let script: Companion
    private let blocking = BlockingPool(name: "cluster", threads: 1)
    private let lastDatabase = Mutex(0)
    /// The superuser's, for arranging and for looking behind the scenes.
    package let superuserURL: PostgresURL

    /// The cluster of this process.
    package static func shared() async throws -> PostgresCluster { try await started.value }

    /// A cluster of the caller's own, for tests that stop it.
    ///
    /// - Parameter isDurable: commits wait for the disk, as in production.
    package init(isDurable: Bool = false) async throws {
        let repository = #filePath.split(separator: "/", omittingEmptySubsequences: false)
            .dropLast(4).joined(separator: "/")
        let name = "postgres-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        var arguments = ["\(repository)/scripts/postgres-cluster", "run", folder]
        let hasty = isDurable ? [] : ["fsync=off", "full_page_writes=off"]
        for setting in hasty + ["shared_buffers=64MB", "log_min_messages=warning"] {
            arguments += ["-c", setting]
        }
        let script = try Companion(arguments)
        self.script = script
        superuserURL = PostgresURL(try await blocking.run { try script.readLine() })
    }

    /// A new database and its owner: a login role as a managed Postgres gives, NOINHERIT, no
    /// superuser, may create roles.
    package func freshDatabase() async throws -> TestDatabase {
        let number = lastDatabase.withLock { last in
            last += 1
            return last
        }
        let name = "test_\(number)"
        let role = "login_\(number)"
        try await ask("database \(name) \(role) open-sesame")
        return TestDatabase(
            name: name,
            role: role,
            url: superuserURL.replacing(user: role, password: "open-sesame", database: name),
            superuserURL: superuserURL.replacing(database: name)
        )
    }

    /// Stops the server: at once (as a crash would), or cutting off its clients in order.
    package func stop(immediate: Bool = false) async throws {
        try await ask(immediate ? "stop immediate" : "stop fast")
    }

    /// Starts it again on the same port.
    package func start() async throws { try await ask("start") }

    package func restart(immediate: Bool = false) async throws {
        try await stop(immediate: immediate)
        try await start()
    }

    /// Changes a setting of the running server; nil gives back its default.
    package func configure(_ name: String, _ value: String?) async throws {
        try await ask("setting \(name) \(value ?? "default")")
    }

    private func ask(_ command: String) async throws {
        let script = script
        let answer = try await blocking.run { try script.ask(command) }
        guard answer == "done" else { throw Companion.Failure(description: answer) }
    }
}

/// A database of one test.
package struct TestDatabase: Sendable {
    package let name: String
    /// The login role that owns it.
    package let role: String
    package let url: PostgresURL
    package let superuserURL: PostgresURL

    /// The same database for the login role, reached through a proxy.
    package func through(_ proxy: PostgresProxy) -> TestDatabase {
        TestDatabase(
            name: name,
            role: role,
            url: url.replacing(port: proxy.port),
            superuserURL: superuserURL
        )
    }
}

extension PostgresURL {
    /// The same server, reached as another user or in another database, or by another name or port.
    package func replacing(
        user: String? = nil,
        password: String? = nil,
        database: String? = nil,
        host: String? = nil,
        port: Int? = nil
    ) -> PostgresURL {
        // postgres://user:password@host:port/database?settings
        let marks = "/:@/:/?"
        var parts = text.split(
            omittingEmptySubsequences: false,
            whereSeparator: { marks.contains($0) }
        ).map(String.init)
        precondition(parts.count == 9, "the script prints URLs of one form")
        parts[3] = user ?? parts[3]
        parts[4] = password ?? parts[4]
        parts[5] = host ?? parts[5]
        parts[6] = port.map(String.init) ?? parts[6]
        parts[7] = database ?? parts[7]
        return PostgresURL(
            "postgres://\(parts[3]):\(parts[4])@\(parts[5]):\(parts[6])/\(parts[7])?\(parts[8])"
        )
    }
}

extension PostgresURL {
    /// The server's port.
    package var port: Int {
        let marks = "/:@/:/?"
        let parts = text.split(
            omittingEmptySubsequences: false,
            whereSeparator: { marks.contains($0) }
        )
        guard parts.count == 9, let port = Int(parts[6]) else {
            preconditionFailure("the script prints URLs of one form")
        }
        return port
    }
}
