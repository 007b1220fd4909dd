import Foundation
import TestKit
import Testing

/// `scripts/postgres-cluster`, which makes a cluster once and starts it every time.
@Suite struct ClusterScriptTests {
    @Test func `a cluster whose making was cut short is made anew`() throws {
        let project = try ProjectCopy()
        defer { project.remove() }
        let stands = "\(project.folder)/stands"
        try FileManager.default.createDirectory(
            atPath: stands,
            withIntermediateDirectories: true
        )
        let programs = [
            "pg_config": "echo \"${0%/pg_config}\"",
            "postgres": "exit 1",
            // It writes this first, and is killed.
            "initdb": "mkdir -p \"$2\" && echo 15 >\"$2/PG_VERSION\" && kill -KILL $$",
        ]
        for (name, body) in programs {
            _ = FileManager.default.createFile(
                atPath: "\(stands)/\(name)",
                contents: Data("#!/usr/bin/env bash\n\(body)\n".utf8),
                attributes: [.posixPermissions: 0o755]
            )
        }
        let cluster = "\(project.folder)/cluster"
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        #expect(throws: Program.Failure.self) {
            try project.run(
                "postgres-cluster",
                "start",
                cluster,
                environment: ["PATH": "\(stands):\(path)"]
            )
        }
        #expect(project.text("cluster/password") != nil)
        let url = try project.run("postgres-cluster", "start", cluster)
        #expect(url.hasPrefix("postgres://"))
        try project.run("postgres-cluster", "stop", cluster)
    }
}
