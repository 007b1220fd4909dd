import Foundation
import HTTP
import JSON
import TestKit
import Testing

/// Who did what, as the running binary and its commands leave it, verified from inside and by a
/// program that shares nothing with it.
@Suite(.serialized) struct AuditTests {
    /// One entry of the trail as the API shows it.
    private static func entry(
        _ action: String,
        _ stack: TestStack
    ) async throws -> JSONValue? {
        let text = action.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let answer = try await stack.client.get("/audit?action=\(text)")
        #expect(answer.status == 200, "\(answer)")
        return answer.body["data"]?.arrayValue?.first
    }

    private static let secret = "sk_test_rotated_of_the_suite"
    private static let ledgerAccount = "merchant_balance:USD"

    /// Every way to change the configuration: method, path, body and the operation's name.
    private static func configure(_ stack: TestStack) async throws -> [(HTTPMethod, String)] {
        let client = stack.client
        var done: [(HTTPMethod, String)] = []
        func send(
            _ method: HTTPMethod,
            _ path: String,
            _ body: JSONValue? = nil,
            as pattern: String? = nil
        ) async throws -> TestClient.Answer {
            var fields = HTTPFields()
            fields.append("Gateway-Actor", "anna")
            let answer = try await client.send(method, path, body, fields: fields)
            #expect(answer.status < 300, "\(method) \(path): \(answer)")
            done.append((method, pattern ?? path))
            return answer
        }
        let key = try await send(
            .post,
            "/api-keys",
            ["name": "desk", "permissions": ["billing.view"]]
        )
        _ = try await send(
            .delete,
            "/api-keys/\(key.text("id") ?? "")",
            as: "/api-keys/{id}"
        )
        _ = try await send(
            .patch,
            "/adapters/accounts/\(stack.account)",
            ["name": "renamed", "credentials": ["fields": ["secret_key": .string(secret)]]],
            as: "/adapters/accounts/{id}"
        )
        _ = try await send(.put, "/adapters/routes", ["version": 0, "rules": []])
        _ = try await send(.put, "/policies", ["version": 0, "retry": ["mode": "off"]])
        _ = try await send(
            .put,
            "/adapters/rates",
            ["rates": [["base": "USD", "quote": "UZS", "rate": "12500", "source": "desk"]]]
        )
        for (kind, body) in [
            ("limit", ["overdraft": 0] as JSONValue),
            ("monitor", ["threshold": 0, "age_seconds": 60]),
        ] {
            let path = "/ledger/accounts/\(ledgerAccount)/\(kind)"
            _ = try await send(.put, path, body, as: "/ledger/accounts/{id}/\(kind)")
            _ = try await send(.delete, path, as: "/ledger/accounts/{id}/\(kind)")
        }
        let subscription = try await send(
            .post,
            "/event-subscriptions",
            ["url": "https://example.com/hook"]
        )
        let id = subscription.text("id") ?? ""
        let pattern = "/event-subscriptions/{id}"
        _ = try await send(
            .patch,
            "/event-subscriptions/\(id)",
            ["description": "changed"],
            as: pattern
        )
        _ = try await send(
            .post,
            "/event-subscriptions/\(id)/rotate-secret",
            as: "\(pattern)/rotate-secret"
        )
        _ = try await send(.delete, "/event-subscriptions/\(id)", as: pattern)
        return done
    }

    @Test(.timeLimit(.minutes(5)))
    func `every change of configuration leaves an entry with before and after, without secrets`()
        async throws
    {
        let stack = try await TestStack()
        for (method, path) in try await Self.configure(stack) {
            let entry = try #require(
                try await Self.entry("\(method) \(path)", stack),
                "\(method) \(path)"
            )
            #expect(entry["person"] == "anna")
            #expect(entry["address"] == "127.0.0.1")
            #expect(entry["key_id"]?.stringValue?.hasPrefix("key_") == true)
            #expect(entry["request_id"]?.stringValue != nil)
            // What is made had nothing before, what is gone has nothing after.
            #expect((entry["before"] == .null) != (entry["after"] == .null) || method != .delete)
            #expect(entry["before"] != .null || entry["after"] != .null, "\(entry)")
        }
        let account = try #require(
            try await Self.entry("PATCH /adapters/accounts/{id}", stack)
        )
        #expect(account["resource"]?.stringValue == stack.account)
        #expect(account["before"]?["name"] == "main")
        #expect(account["after"]?["name"] == "renamed")
        #expect(account["after"]?["credentials_changed"] == true)
        let all = try await stack.client.get("/audit?limit=200&count=true")
        let text = String(decoding: all.body.bytes(), as: UTF8.self)
        for secret in [Self.secret, "sk_test_suite", "whsec_", "gwk_"] {
            #expect(!text.contains(secret), "the trail shows a secret")
        }
        // The commands that made this installation are in it as well.
        #expect(text.contains("gateway key create"))
        #expect(text.contains("gateway account create"))
        let mine = try await stack.client.get("/audit?actor=anna&limit=200")
        let entries = try #require(mine.body["data"]?.arrayValue)
        #expect(!entries.isEmpty)
        #expect(entries.allSatisfy { $0["person"] == "anna" })
    }

    @Test(.timeLimit(.minutes(5)))
    func `money that moves leaves who asked, once, and the trail verifies from outside`()
        async throws
    {
        let stack = try await TestStack()
        let card = try await stack.method()
        let body: JSONValue = [
            "amount": 12_500, "currency": "USD", "capture_method": "manual",
            "method": ["kind": "card", "id": .string(card)],
        ]
        let made = try await stack.client.post("/intents", body, key: "once")
        _ = try await stack.client.post("/intents", body, key: "once")
        let id = try #require(made.text("id"))
        let captured = try await stack.client.post("/intents/\(id)/capture", ["amount": 5_000])
        #expect(captured.status == 200, "\(captured)")
        let refused = try await stack.client.post("/intents/\(id)/refunds", ["amount": 9_000])
        #expect(refused.status >= 400)
        let refunded = try await stack.client.post("/intents/\(id)/refunds", ["amount": 1_000])
        #expect(refunded.status < 300, "\(refunded)")
        let listed = try await stack.client.get("/audit?resource=\(id)")
        let entries = try #require(listed.body["data"]?.arrayValue)
        #expect(
            entries.compactMap { $0["action"]?.stringValue } == [
                "POST /intents/{id}/refunds", "POST /intents/{id}/capture", "POST /intents",
            ]
        )
        #expect(entries[1]["after"]?["attempt"]?["amount"] == 5_000)

        let key = try #require(
            try Program.run(["ledger", "key"], environment: stack.environment)
                .split(separator: " ").last.map(String.init)
        )
        try await eventually {
            let report = try Program.run(
                ["audit", "verify", stack.tenant],
                environment: stack.environment
            )
            return report.hasSuffix("the trail is whole") && !report.contains("wait")
        }
        let export = try #require(try await stack.client.get("/audit/export").body.stringValue)
        let command = try Program.run(
            ["audit", "export", stack.tenant],
            environment: stack.environment
        )
        #expect(command + "\n" == export)
        let verifier = try Verifier(folder: stack.folder, key: key)
        let feed = try await stack.client.get("/events?limit=500").body["data"]?.arrayValue ?? []
        let told = feed.map(\.text).joined(separator: "\n") + "\n"
        #expect(told.contains(".payment.audit.sealed.v1"))
        let whole = try verifier.run(export, known: told)
        #expect(whole.status == 0, "\(whole.text)")
        var lines = export.split(separator: "\n").map(String.init)
        let cut = try verifier.run(
            lines.dropLast(2).joined(separator: "\n") + "\n",
            known: told
        )
        #expect(cut.status == 1)
        #expect(cut.text.contains("is not in the chain"), "\(cut.text)")
        lines[2].replace("\"action\":\"", with: "\"action\":\"x")
        let spoiled = try verifier.run(lines.joined(separator: "\n") + "\n")
        #expect(spoiled.status == 1)
        #expect(spoiled.text.contains("position 2: aud_"), "\(spoiled.text)")
    }
}
