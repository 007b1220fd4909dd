import HTTP
import JSON
import TestKit
import Testing

/// The document counts characters, the database bytes: the longest text that is allowed is kept in
/// the widest characters too.
@Suite(.serialized) struct WideTextTests {
    private static func wide(_ count: Int) -> String { String(repeating: "😀", count: count) }

    private static func expectMade(
        _ stack: TestStack,
        _ path: String,
        _ body: JSONValue,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let answer = try await stack.client.post(path, body, key: path)
        #expect(answer.status == 201, "\(answer)", sourceLocation: sourceLocation)
    }

    @Test func `the longest texts are kept in the widest characters`() async throws {
        let stack = try await TestStack()
        let metadata: JSONValue = .object(JSONObject([(Self.wide(40), .string(Self.wide(500)))]))
        // RFC 5321 counts an address in bytes.
        let email = String(repeating: "ü", count: 121) + "@example.org"
        try await Self.expectMade(
            stack,
            "/customers",
            [
                "reference": .string(Self.wide(128)), "name": .string(Self.wide(255)),
                "phone": .string(Self.wide(32)), "email": .string(email), "metadata": metadata,
            ]
        )
        try await Self.expectMade(
            stack,
            "/orders",
            [
                "reference": .string(Self.wide(128)), "currency": "USD",
                "property_id": .string(Self.wide(64)), "metadata": metadata,
                "items": [
                    [
                        "description": .string(Self.wide(255)), "sku": .string(Self.wide(64)),
                        "quantity": 1, "unit_amount": 1,
                    ]
                ],
            ]
        )
        try await Self.expectMade(
            stack,
            "/event-subscriptions",
            ["url": "https://example.com/hook", "description": .string(Self.wide(1_000))]
        )
        try await Self.expectMade(
            stack,
            "/intents",
            [
                "amount": 100, "currency": "USD", "property_id": .string(Self.wide(64)),
                "metadata": metadata,
                "method": ["kind": "cash", "drawer_id": .string(Self.wide(64))],
            ]
        )
        let rates = try await stack.client.send(
            .put,
            "/adapters/rates",
            [
                "rates": [
                    [
                        "base": "USD", "quote": "EUR", "rate": "1",
                        "source": .string(Self.wide(64)),
                    ]
                ]
            ]
        )
        #expect(rates.status == 200, "\(rates)")
    }

    @Test func `what is too long in bytes is refused where bytes count`() async throws {
        let stack = try await TestStack()
        let email = String(repeating: "ü", count: 200) + "@example.org"
        let refused = try await stack.client.post("/customers", ["email": .string(email)])
        #expect(refused.status == 422, "\(refused)")
        #expect(refused.pointers == ["/email"])
    }

    @Test func `a name that no account of the ledger has is not found`() async throws {
        let stack = try await TestStack()
        let names = [
            "cash_drawer:\(Self.wide(100)):USD", "cash_drawer:a\u{1}:USD", "bank:\u{7F}:USD",
        ]
        for name in names {
            let path = "/ledger/accounts/\(PercentCoding.encode(name))"
            let limit = try await stack.client.send(.put, "\(path)/limit", ["overdraft": 0])
            #expect(limit.status == 404, "\(limit)")
            let entries = try await stack.client.get("\(path)/entries")
            #expect(entries.status == 404, "\(entries)")
        }
        let drawer = PercentCoding.encode("cash_drawer:\(Self.wide(64)):USD")
        let limit = try await stack.client.send(
            .put,
            "/ledger/accounts/\(drawer)/limit",
            ["overdraft": 0]
        )
        #expect(limit.status == 200, "\(limit)")
    }
}
