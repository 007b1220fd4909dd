import Foundation
import Synchronization

/// The gateway's own binary, run as a user would run it.
enum Program {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The binary beside the test bundle.
    static let path: String = {
        let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        return bundle.appendingPathComponent("gateway").path
    }()

    /// The project's folder.
    static let project = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// Runs a command to its end and returns what it printed.
    @discardableResult
    static func run(
        _ arguments: [String],
        environment: [String: String]
    ) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.filter {
            !$0.key.hasPrefix("GATEWAY_")
        }
        .merging(environment) { $1 }
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(
                description: "gateway \(arguments.joined(separator: " ")): "
                    + String(decoding: said + text, as: UTF8.self)
            )
        }
        return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}

/// A gateway process that serves, until it is stopped or killed.
final class ServingProcess: Sendable {
    private let process: Process
    let logPath: String

    init(_ arguments: [String], environment: [String: String], logPath: String) throws {
        process = Process()
        self.logPath = logPath
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.filter {
            !$0.key.hasPrefix("GATEWAY_")
        }
        .merging(environment) { $1 }
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

    var isRunning: Bool { process.isRunning }

    /// Kills it at once, as a machine would die.
    func kill() {
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Asks it to stop, and returns its exit status.
    func stop() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationStatus
    }

    func send(_ signal: Int32) {
        Glibc.kill(process.processIdentifier, signal)
    }
}
