internal import Foundation

/// The gateway's own binary, run as a user would run it.
package enum Program {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) { self.description = description }
    }

    /// The binary beside the test bundle.
    package static let path: String = {
        let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        return bundle.appendingPathComponent("gateway").path
    }()

    /// The project's folder.
    package static let project = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// Runs a command to its end and returns what it printed. Blocks.
    @discardableResult
    package static func run(
        _ arguments: [String],
        environment: [String: String],
        program: String = path
    ) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = own(environment)
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

    /// What a command says, also when it fails. Blocks.
    package static func said(
        _ arguments: [String],
        _ environment: [String: String]
    ) -> (isFailure: Bool, text: String) {
        do {
            return (false, try run(arguments, environment: environment))
        } catch {
            return (true, "\(error)")
        }
    }

    /// This process's environment, in which nothing but `settings` configures a gateway.
    static func own(_ settings: [String: String]) -> [String: String] {
        ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GATEWAY_") }
            .merging(settings) { $1 }
    }
}
