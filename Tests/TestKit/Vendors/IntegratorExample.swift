import Foundation
import JSON
import Synchronization

/// The example of `docs/integrator.md`, a vendor in Python, running as a process of its own.
package final class IntegratorExample: Sendable {
    package enum Fault: Error {
        case noPython
        case noAddress
    }

    /// What it and an account share unless told otherwise: the document's own vector.
    package static let secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    package static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("docs/integrator/example.py").path

    /// Where Python is; nil on a machine without it.
    package static let python: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "")
        .split(separator: ":").map { "\($0)/python3" }
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    package let baseURL: String
    private let process: Mutex<Process>

    /// Starts it and waits until it listens.
    package init(_ arguments: String...) throws {
        guard let python = Self.python else { throw Fault.noPython }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [Self.path, "--secret", Self.secret] + arguments
        process.standardOutput = output
        try process.run()
        let line = output.fileHandleForReading.availableData
        guard let url = try JSONValue.parse(Array(line))["base_url"]?.stringValue else {
            kill(process.processIdentifier, SIGKILL)
            throw Fault.noAddress
        }
        baseURL = url
        self.process = Mutex(process)
    }

    /// Kills it: a child of a thread that blocks signals would not hear a gentler one.
    package func stop() {
        process.withLock { process in
            guard process.isRunning else { return }
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }
}
