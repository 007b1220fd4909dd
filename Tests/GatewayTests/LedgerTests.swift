import Foundation
import JSON
import TestKit
import Testing

/// The books of a whole installation, verified from inside and by a program that shares nothing
/// with it.
@Suite(.serialized) struct LedgerTests {
    @Test func `real payments leave whole books, and one changed line of them is named`()
        async throws
    {
        let stack = try await TestStack()
        let transfers = try await Self.pay(stack)
        try await Self.untilSealed(transfers, stack)
        let report = try Program.run(
            ["ledger", "verify", stack.tenant],
            environment: stack.environment
        )
        #expect(report.contains("\(transfers) transfers"))
        #expect(report.hasSuffix("the books are whole"), "\(report)")

        let export = try #require(
            try await stack.client.get("/ledger/export").body.stringValue
        )
        let command = try Program.run(
            ["ledger", "export", stack.tenant],
            environment: stack.environment
        )
        #expect(command + "\n" == export)
        let key = try #require(
            try Program.run(["ledger", "key"], environment: stack.environment)
                .split(separator: " ").last.map(String.init)
        )
        let verifier = try Verifier(folder: stack.folder, key: key)
        let whole = try verifier.run(export)
        #expect(whole.status == 0, "\(whole.text)")
        #expect(whole.text.contains("\(transfers) transfers"))
        try Self.tamper(export, verifier)
    }

    /// Every way to spoil the file is found, and says where.
    private static func tamper(_ export: String, _ verifier: Verifier) throws {
        let lines = export.split(separator: "\n").map(String.init)
        let third = try #require(lines.firstIndex { $0.contains(#""position":3,"#) })
        let amount = try #require(lines[third].firstMatch(of: /"amount":([0-9]+)/)).output.1
        var changed = lines
        changed[third].replace("\"amount\":\(amount)", with: "\"amount\":1\(amount)")
        var deleted = lines
        deleted.remove(at: third)
        let last = try #require(
            lines.lastIndex { $0.contains(#""booked_at""#) && $0.contains("trf_") }
        )
        var cut = lines
        cut.remove(at: last)
        cut.removeLast()
        let signature = /"signature":"(.)/
        let digit = try #require(lines[lines.count - 1].firstMatch(of: signature)).output.1
        var forged = lines
        let other = digit == "0" ? "1" : "0"
        forged[lines.count - 1].replace(signature, with: "\"signature\":\"\(other)")
        let intent = try #require(lines.firstIndex { $0.contains(#""object":"intent""#) })
        var denied = lines
        denied[intent].replace(/"captured":/, with: "\"captured\":1")
        for (spoiled, finding) in [
            (changed, "position 3: trf_"), (deleted, "positions 3 to 3 are missing"),
            (cut, "has no head"), (forged, "was not signed by its key"),
            (denied, "and its transfers disagree"),
        ] {
            let answer = try verifier.run(spoiled.joined(separator: "\n") + "\n")
            #expect(answer.status == 1)
            #expect(answer.text.contains(finding), "\(answer.text)")
        }
        // Cut off with its head, only a head that was kept elsewhere tells.
        let known = lines[lines.count - 1]
        let short = cut.filter { !$0.contains(#""object":"intent""#) }
        let answer = try verifier.run(short.joined(separator: "\n") + "\n", known: known)
        #expect(answer.text.contains("is not in the chain"), "\(answer.text)")
    }

    /// A hold with a capture and a refund, a sale, and cash with a refund; returns how many
    /// transfers these are.
    private static func pay(_ stack: TestStack) async throws -> Int64 {
        let method = try await stack.method()
        let held = try await stack.client.post("/intents", MainPathTests.hold(stack, method))
        let id = try #require(held.text("id"))
        _ = try await stack.client.post("/intents/\(id)/capture", ["amount": 5_000])
        _ = try await stack.client.post("/intents/\(id)/refunds", ["amount": 2_000])
        var sale = MainPathTests.hold(stack, method, amount: 700)
        sale = .object(
            JSONObject(
                sale.objectValue?.members.map {
                    ($0.name, $0.name == "capture_method" ? "automatic" : $0.value)
                } ?? []
            )
        )
        let sold = try await stack.client.post("/intents", sale)
        #expect(sold.text("status") == "captured", "\(sold)")
        let cash = try await stack.client.post(
            "/intents",
            [
                "amount": 900, "currency": "USD",
                "method": ["kind": "cash", "drawer_id": "front, \"1\""],
            ]
        )
        #expect(cash.text("status") == "captured", "\(cash)")
        let posted = try await stack.client.get("/intents/\(id)/transfers")
        // The hold, its capture with what it lets go, the refund.
        #expect(posted.body["data"]?.arrayValue?.count == 7)
        return 9
    }

    private static func untilSealed(_ count: Int64, _ stack: TestStack) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            let heads = try await stack.client.get("/ledger/heads?limit=1000")
            let last = heads.body["data"]?.arrayValue?.last
            if last?["position"]?.integerValue == count { return }
            try await TestClient.pause()
        }
        throw Program.Failure(description: "not sealed\n\(stack.logs.suffix(4_000))")
    }
}

/// The independent program.
struct Verifier {
    let folder: String
    let key: String
    private let python: String

    init(folder: String, key: String) throws {
        self.folder = folder
        self.key = key
        python = try #require(IntegratorExample.python, "nothing checks the books without Python")
    }

    func run(_ export: String, known: String? = nil) throws -> (status: Int32, text: String) {
        let path = "\(folder)/books.jsonl"
        try export.write(toFile: path, atomically: true, encoding: .utf8)
        var arguments = ["\(Program.project)/docs/ledger/verify.py", path, "--public-key", key]
        if let known {
            try known.write(toFile: "\(folder)/heads.jsonl", atomically: true, encoding: .utf8)
            arguments += ["--heads", "\(folder)/heads.jsonl"]
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: text, as: UTF8.self))
    }
}
