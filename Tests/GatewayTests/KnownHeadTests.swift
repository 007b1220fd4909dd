import Foundation
import TestKit
import Testing

/// Heads that were kept elsewhere, as evidence for the verifying programs.
@Suite(.serialized) struct KnownHeadTests {
    private static func write(_ text: String, _ name: String, _ stack: TestStack) throws -> String {
        let path = "\(stack.folder)/\(name)"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test(arguments: ["ledger", "audit"])
    func `a file without heads is no evidence`(chain: String) async throws {
        let stack = try await TestStack()
        let path = try Self.write("{\"object\":\"other\"}\nnothing\n", "none.jsonl", stack)
        #expect {
            try Program.run(
                [chain, "verify", stack.tenant, "--heads", path],
                environment: stack.environment
            )
        } throws: { "\($0)".contains("there is no \(chain)_head in \(path)") }
    }

    @Test(arguments: ["\n", "\r\n"])
    func `known heads are compared and counted`(end: String) async throws {
        let stack = try await TestStack()
        try await stack.payCash()
        var export: [String] = []
        try await eventually {
            export = try Program.run(
                ["ledger", "export", stack.tenant],
                environment: stack.environment
            ).split(separator: "\n").map(String.init)
            return export.last?.contains(#""ledger_head""#) == true
        }
        let head = try #require(export.last)
        let path = try Self.write("# kept\(end)\(head)\(end)", "heads.jsonl", stack)
        let said = try Program.run(
            ["ledger", "verify", stack.tenant, "--heads", path],
            environment: stack.environment
        )
        #expect(said.contains("1 known heads compared"), "\(said)")
        #expect(said.contains("the books are whole"), "\(said)")
        let key = try Program.run(["ledger", "key"], environment: stack.environment)
        let verifier = try Verifier(
            folder: stack.folder,
            key: String(try #require(key.split(separator: " ").last))
        )
        let books = export.joined(separator: "\n") + "\n"
        let whole = try verifier.run(books, known: head)
        #expect(whole.status == 0, "\(whole.text)")
        #expect(whole.text.contains("1 known heads compared"), "\(whole.text)")
        let empty = try verifier.run(books, known: "{}\n")
        #expect(empty.status == 1)
        #expect(empty.text.contains("has no ledger_head"), "\(empty.text)")
    }
}
