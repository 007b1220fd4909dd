internal import Foundation

/// A gateway process that serves, until it is stopped or killed.
package final class ServingProcess: Sendable {
    private let process: Process
    package let logPath: String

    package init(
        _ arguments: [String],
        environment: [String: String],
        logPath: String,
        program: String = Program.path
    ) throws {
        process = Process()
        self.logPath = logPath
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = Program.own(environment)
        if !FileManager.default.fileExists(atPath: logPath) {
            _ = FileManager.default.createFile(atPath: logPath, contents: nil)
        }
        let log = try FileHandle(forWritingTo: URL(fileURLWithPath: logPath))
        try log.seekToEnd()
        process.standardOutput = log
        process.standardError = log
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    package var isRunning: Bool { process.isRunning }

    /// How it ended, once it has: its exit status, or the signal that ended it as a negative number.
    package var ending: Int32 {
        process.terminationReason == .exit
            ? process.terminationStatus : -process.terminationStatus
    }

    /// Kills it at once, as a machine would die.
    package func kill() {
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Asks it to stop, and returns its exit status.
    package func stop() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationStatus
    }

    package func send(_ signal: Int32) {
        Glibc.kill(process.processIdentifier, signal)
    }
}
