import Foundation
import TestKit
import Testing

/// The servers that are measured from outside, run as their judges run them.
@Suite struct ProgramTests {
    struct Subject: Sendable, CustomTestStringConvertible {
        let name: String
        let arguments: [String]
        /// A request that is answered half a second later.
        let request: String
        let status: Int

        var testDescription: String { name }
    }

    static let subjects = [
        Subject(
            name: "echo",
            arguments: ["--port", "0", "--delay", "0.5"],
            request: "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
            status: 200
        ),
        Subject(
            name: "events-receiver",
            arguments: ["--port", "0"],
            request: "POST /a?0.5 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}",
            status: 204
        ),
    ]

    @Test(arguments: subjects)
    func `a program tells its port through a pipe, and answers what it owes before it ends`(
        subject: Subject
    ) throws {
        let program = try PipedProgram(subject.name, subject.arguments)
        defer { program.kill() }
        let line = try #require(try program.line())
        let port = try #require(line.split(separator: ":").last.flatMap { UInt16($0) })
        let client = try WireClient(port: port)
        client.send(subject.request)
        #expect(try client.answer().status == subject.status)
        client.send(subject.request)
        program.terminate()
        let answer = try client.answer()
        #expect(answer.status == subject.status && answer.field("connection") == "close")
        client.finishSending()
        #expect(program.ending() == 0)
    }

    @Test(arguments: [
        ["--certificate", "c.pem"], ["--key", "k.pem"], ["--client-ca", "a.pem"],
        ["--certificate", "c.pem", "--client-ca", "a.pem"],
    ])
    func `half a TLS setting is refused, not served in plain text`(arguments: [String]) throws {
        let program = try PipedProgram("echo", ["--port", "0"] + arguments)
        defer { program.kill() }
        try #require(try program.line() == nil)
        #expect(program.ending() == EX_USAGE)
    }
}

/// A program beside the test bundle whose output is a pipe.
private final class PipedProgram {
    private let process = Process()
    private let output = Pipe()

    init(_ name: String, _ arguments: [String]) throws {
        process.executableURL = URL(fileURLWithPath: Program.path)
            .deletingLastPathComponent().appendingPathComponent(name)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    /// The next line that it prints; nil when it ends without one. Throws when it says nothing.
    func line() throws -> String? {
        var text: [UInt8] = []
        var wanted = pollfd(
            fd: output.fileHandleForReading.fileDescriptor,
            events: Int16(POLLIN),
            revents: 0
        )
        while unsafe poll(&wanted, 1, 10_000) == 1 {
            var byte: UInt8 = 0
            guard unsafe read(wanted.fd, &byte, 1) == 1 else { return nil }
            if byte == UInt8(ascii: "\n") { return String(decoding: text, as: UTF8.self) }
            text.append(byte)
        }
        throw Program.Failure(description: "the program runs and says nothing")
    }

    func terminate() { process.terminate() }

    /// Its exit status, or the signal that ended it as a negative number.
    func ending() -> Int32 {
        process.waitUntilExit()
        return process.terminationReason == .exit
            ? process.terminationStatus : -process.terminationStatus
    }

    func kill() {
        if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
    }
}
