import Foundation
import Postgres
import Reactor
import TestKit
import Testing

/// Servers that answer and take no writes.
@Suite struct ReadOnlyServerTests {
    private static let isStandby = Statement.test("select pg_is_in_recovery()")

    @Test(.timeLimit(.minutes(1)))
    func `a connection that refuses to write makes room for one that may`() async throws {
        let database = try await PostgresCluster.shared().freshDatabase()
        let write = Statement.test("create schema written")
        try await withBarePool(database.superuserURL) { owner in
            @Sendable func setting(_ change: String) async throws {
                let text = "alter role \(database.role) \(change)"
                try await owner.transaction(
                    role: nil,
                    [Query(Statement("test.alter", sentOnce: text))]
                )
            }
            try await setting("set default_transaction_read_only = on")
            try await withBarePool(database.url) {
                $0.maximumConnections = 1
            } _: { pool in
                let error = try await failure { () async throws(PostgresError) in
                    try await pool.transaction(role: nil, [write()])
                }
                #expect(error.sqlState == .readOnlyTransaction)
                try await owner.loop.submit { try await setting("reset all") }
                // The session has what was set when it began.
                while (try? await pool.transaction(role: nil, [write()])) == nil {
                    try await pool.loop.sleep(for: .milliseconds(20))
                }
                #expect(pool.snapshot.opened == 2, "not one for every refusal")
            }
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `of several servers the primary is taken, whichever is named first`() async throws {
        let standby = try await PostgresCluster()
        let primary = try await PostgresCluster()
        // Databases and logins are numbered, so these two have the same names.
        let first = try await standby.freshDatabase()
        let second = try await primary.freshDatabase()
        try await Self.makeStandby(of: standby)
        let both = PostgresURL(
            second.url.text.replacingOccurrences(
                of: "127.0.0.1:",
                with: "127.0.0.1:\(first.url.port),127.0.0.1:"
            )
        )
        try await withBarePool(both) { pool in
            let rows = try await pool.read(role: nil, [Self.isStandby()])
            #expect(try rows[0].only.bool(0) == false)
        }
        let any = PostgresURL(both.text + "&target_session_attrs=any")
        try await withBarePool(any) { pool in
            let rows = try await pool.read(role: nil, [Self.isStandby()])
            #expect(try rows[0].only.bool(0), "the URL may say otherwise")
        }
    }

    /// A server that follows nobody, and takes no writes all the same.
    private static func makeStandby(of cluster: PostgresCluster) async throws {
        try await withBarePool(cluster.superuserURL) { pool in
            let folder = Statement.test("select current_setting('data_directory')")
            let rows = try await pool.read(role: nil, [folder()])
            try Data().write(to: URL(filePath: try rows[0].only.text(0) + "/standby.signal"))
        }
        try await cluster.restart()
    }
}
