import Foundation
import TestKit

/// What the scripts need of the project, in a folder of its own: they keep all they make inside the
/// project's folder, so that copies do not meet.
struct ProjectCopy {
    let folder: String

    /// - Parameter name: of the folder; a space in it is what a user's path may have.
    init(_ name: String = "project copy") throws {
        folder =
            FileManager.default.temporaryDirectory
            .appendingPathComponent(UUID().uuidString).appendingPathComponent(name).path
        let files = FileManager.default
        for inner in [".build/release", "docs"] {
            try files.createDirectory(
                atPath: "\(folder)/\(inner)",
                withIntermediateDirectories: true
            )
        }
        for part in ["scripts", "migrations", "docs/integrator"] {
            try files.copyItem(atPath: "\(Program.project)/\(part)", toPath: "\(folder)/\(part)")
        }
        try files.createSymbolicLink(
            atPath: "\(folder)/.build/release/gateway",
            withDestinationPath: Program.path
        )
    }

    /// Removes it, with the processes that a test which failed left.
    func remove() {
        // Silence is right: what cannot be removed spoils no other test.
        for process in (try? processes()) ?? [] { kill(process, SIGKILL) }
        try? FileManager.default.removeItem(
            at: URL(fileURLWithPath: folder).deletingLastPathComponent()
        )
    }

    /// Runs one of the scripts to its end and returns what it printed.
    @discardableResult
    func run(
        _ script: String,
        _ arguments: String...,
        environment: [String: String] = [:]
    ) throws -> String {
        // A `Process` has ended when nobody holds a certain descriptor any more, and what a script
        // leaves running would: the script gets none but the usual three.
        let call = Self.hearing + "sys.exit(subprocess.call(sys.argv[1:]))"
        return try Program.run(
            ["python3", "-c", call, "\(folder)/scripts/\(script)"] + arguments,
            environment: environment.merging(["SKIP_BUILD": "1"]) { $1 },
            program: "/usr/bin/env"
        )
    }

    /// The beginning of a Python program that hears the signals which threads of the tests block.
    static let hearing = """
        import os, signal, subprocess, sys
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        signal.signal(signal.SIGHUP, signal.SIG_DFL)

        """

    func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: "\(folder)/\(path)")
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// The processes that name the folder in their arguments.
    func processes() throws -> [Int32] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap(Int32.init).filter {
            guard let words = FileManager.default.contents(atPath: "/proc/\($0)/cmdline") else {
                return false
            }
            return String(decoding: words, as: UTF8.self).contains(folder)
        }
    }

    /// The process whose number is in a file of `.run`, once it is there.
    func process(_ name: String) async throws -> Int32 {
        while true {
            let line = text(".run/\(name).pid")?.trimmingCharacters(in: .newlines)
            if let number = line.flatMap(Int32.init) { return number }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
