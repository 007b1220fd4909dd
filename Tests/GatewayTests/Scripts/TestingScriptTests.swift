import Foundation
import TestKit
import Testing

/// `scripts/testing` and `scripts/sanitize`, with programs in the place of `swift` and `clang`.
@Suite struct TestingScriptTests {
    /// Runs the tests once, for so long at most.
    private func run(_ project: ProjectCopy, within limit: String, swift: String) throws -> String {
        let temporary = "\(project.folder)/temporary"
        try FileManager.default.createDirectory(
            atPath: temporary,
            withIntermediateDirectories: true
        )
        let programs = [
            "swift": swift,
            "try":
                "PATH=\"$(dirname \"$0\"):$PATH\"; source \"${0%try}testing\"; run_tests \(limit)",
        ]
        for (name, body) in programs {
            _ = FileManager.default.createFile(
                atPath: "\(project.folder)/scripts/\(name)",
                contents: Data("#!/usr/bin/env bash\nset -euo pipefail\n\(body)\n".utf8),
                attributes: [.posixPermissions: 0o755]
            )
        }
        return try project.run("try", environment: ["TMPDIR": temporary])
    }

    @Test func `a run leaves neither a file nor a program`() throws {
        let project = try ProjectCopy()
        defer { project.remove() }
        let told = try run(
            project,
            within: "1m",
            swift: """
                echo left >"$TMPDIR/left"
                sleep 1000 >/dev/null 2>&1 </dev/null &
                echo "$! $TMPDIR"
                """
        ).split(separator: " ", maxSplits: 1)
        #expect(told[1].hasPrefix("\(project.folder)/temporary/gateway-tests."))
        #expect(!FileManager.default.fileExists(atPath: String(told[1])))
        // Of one that has ended nothing but its number may be left.
        let words = FileManager.default.contents(atPath: "/proc/\(told[0])/cmdline")
        #expect(words ?? Data() == Data())
    }

    @Test func `tests that do not come to an end are ended`() throws {
        let project = try ProjectCopy()
        defer { project.remove() }
        let failure = #expect(throws: Program.Failure.self) {
            try run(project, within: "1s", swift: "exec sleep 1000")
        }
        #expect(failure?.description.contains("the tests were ended after 1s") == true)
    }

    @Test func `a sanitizer is told of no path that it would split at a space`() throws {
        let project = try ProjectCopy("project copy")
        defer { project.remove() }
        let stands = "\(project.folder)/stands"
        try FileManager.default.createDirectory(
            atPath: stands,
            withIntermediateDirectories: true
        )
        let programs = [
            "clang": "exit 0",
            "swift": """
            [[ $1 == test ]] || exit 0
            echo "told: $LD_PRELOAD $TSAN_OPTIONS"
            echo "which is: $(realpath "${LD_PRELOAD%/.build-tsan/unseen.so}")"
            """,
        ]
        for (name, body) in programs {
            _ = FileManager.default.createFile(
                atPath: "\(stands)/\(name)",
                contents: Data("#!/usr/bin/env bash\n\(body)\n".utf8),
                attributes: [.posixPermissions: 0o755]
            )
        }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let said = try project.run(
            "sanitize",
            "thread",
            environment: ["PATH": "\(stands):\(path)"]
        )
        let told = try #require(said.firstMatch(of: /told: (.*)/)).output.1
        #expect(told.split(separator: " ").count == 3, "\(told)")
        #expect(said.contains("which is: \(project.folder)\n") || said.hasSuffix(project.folder))
    }
}
