import Foundation
import Postgres
import TestKit
import Testing

@Suite struct ClusterTests {
    /// What holds a cluster is killed outright; the cluster ends all the same.
    @Test func `a cluster does not outlive who started it`() async throws {
        let script =
            #filePath.split(separator: "/", omittingEmptySubsequences: false)
            .dropLast(4).joined(separator: "/") + "/scripts/postgres-cluster"
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("postgres-orphan-\(getpid())").path
        // A shell that holds the pipe to the cluster's standard input, and tells its own number.
        let holder = try Companion([
            "bash", "-c",
            """
            coproc "$0" run "$1"
            read -r url <&"${COPROC[0]}"
            echo "$$ $url"
            cat >/dev/null
            """, script, folder,
        ])
        let line = try holder.readLine().split(separator: " ")
        let url = PostgresURL(String(line[1]))
        try await withBarePool(url) { pool in try await pool.warmUp() }
        kill(holder.process, SIGKILL)
        while unsafe access(folder, F_OK) == 0 { try await Task.sleep(for: .milliseconds(20)) }
        await #expect(throws: PostgresError.self) {
            try await withBarePool(url) {
                $0.waitDeadline = .milliseconds(50)
            } _: { pool in
                try await pool.warmUp()
            }
        }
    }
}
