import Foundation
import HTTP
import JSON
import Observability
import TestKit
import Testing

/// Bodies, amounts and identifiers that cannot be accepted, against the running gateway: each is
/// refused with its own error, and nothing changes, here or at the vendor.
@Suite(.serialized) struct BadInputTests {
    private static let whole = #""currency":"USD","method":{"kind":"cash","drawer_id":"d"}"#

    private static func post(
        _ stack: TestStack,
        _ path: String,
        _ body: String
    ) async throws -> TestClient.Answer {
        try await stack.client.raw(
            .post,
            "/api/v1/payments\(path)",
            bytes: Array(body.utf8),
            key: UUID().uuidString
        )
    }

    /// No payment, customer or order was made, and the vendor heard nothing.
    private static func expectNothingChanged(_ stack: TestStack) async throws {
        for list in ["/intents", "/customers", "/orders"] {
            #expect(try await stack.client.get(list).body["data"] == [], "\(list)")
        }
        #expect(try await Book(stack.simulator).payments.isEmpty)
    }

    @Test func `what is no strict JSON is 400 and says why`() async throws {
        let stack = try await TestStack()
        let deep = String(repeating: "[", count: 17) + String(repeating: "]", count: 17)
        let many = (0...1_000).map { "\"m\($0)\":1" }.joined(separator: ",")
        let texts: [(text: [UInt8], reason: String)] = [
            ([], "empty"), (Array("{".utf8), "unexpected_end"), (Array("nul".utf8), "unexpected"),
            (Array("{'amount':1}".utf8), "unexpected_byte"),
            (Array("{} {}".utf8), "trailing_input"),
            (Array(#"{"amount":1,"amount":2}"#.utf8), "duplicate_name"),
            (Array(#"{"a":{"b":1,"b":1}}"#.utf8), "duplicate_name"),
            (Array(#"{"a":"\ud800"}"#.utf8), "lone_surrogate"),
            (Array(#"{"a":"\udc00\ud800"}"#.utf8), "lone_surrogate"),
            (Array(#"{"a":"\x"}"#.utf8), "invalid_escape"),
            (Array("{\"a\":\"\u{1}\"}".utf8), "control_character"),
            (Array(#"{"a":01}"#.utf8), "invalid_number"),
            (Array(#"{"a":""#.utf8) + [0xFF] + Array(#""}"#.utf8), "invalid_utf8"),
            ([0xEF, 0xBB, 0xBF] + Array("{}".utf8), "byte_order_mark"),
            (Array(#"{"a":\#(deep)}"#.utf8), "too_deep"), (Array("{\(many)}".utf8), "too_many"),
            (Array(#"{"a":"\#(String(repeating: "x", count: 70_000))"}"#.utf8), "string_too_long"),
        ]
        for (text, reason) in texts {
            let refused = try await stack.client.raw(
                .post,
                "/api/v1/payments/intents",
                bytes: text,
                key: UUID().uuidString
            )
            #expect(refused.status == 400, "\(reason): \(refused)")
            #expect(refused.text("code") == "malformed_json", "\(reason)")
            #expect(refused.text("detail")?.contains(reason) == true, "\(refused)")
        }
        let large = #"{"a":[\#(Array(repeating: "1", count: 140_000).joined(separator: ","))]}"#
        let refused = try await Self.post(stack, "/intents", large)
        #expect(refused.status == 413)
        #expect(refused.text("code") == "body_too_large")
        try await Self.expectNothingChanged(stack)
    }

    @Test func `unknown fields and wrong types are named by pointer, at every depth`() async throws
    {
        let stack = try await TestStack()
        let item = #"{"description":"d","quantity":1,"unit_amount":1,"a/b~c":1}"#
        let cases: [(path: String, body: String, pointers: [String])] = [
            ("/intents", #"{"amount":1,\#(Self.whole),"amout":1}"#, ["/amout"]),
            (
                "/intents", #"{"amount":1,"currency":"USD","method":{"kind":"cash","x":1}}"#,
                ["/method/x"]
            ),
            (
                "/intents", #"{"amount":1,\#(Self.whole),"order":{"reference":"r","colour":1}}"#,
                ["/order/colour"]
            ),
            (
                "/intents",
                #"{"amount":1,\#(Self.whole),"order":{"reference":"r","items":[\#(item)]}}"#,
                ["/order/items/0/a~1b~0c"]
            ),
            ("/intents", "[]", [""]), ("/intents", "{}", ["/amount", "/currency", "/method"]),
            (
                "/intents", #"{"amount":true,"currency":1,"method":[]}"#,
                ["/amount", "/currency", "/method"]
            ),
            ("/intents", #"{"amount":1,\#(Self.whole),"metadata":{"a":1}}"#, ["/metadata/a"]),
            ("/customers", #"{"name":"N","emial":"a@b"}"#, ["/emial"]),
            (
                "/orders", #"{"reference":"r","currency":"USD","items":[\#(item)]}"#,
                [
                    "/items/0/a~1b~0c"
                ]
            ),
            ("/cash/receipts", #"{"drawer":"d"}"#, ["/intent_id", "/drawer_id", "/drawer"]),
        ]
        for refusal in cases {
            let refused = try await Self.post(stack, refusal.path, refusal.body)
            #expect(refused.status == 422, "\(refusal.body): \(refused)")
            #expect(refused.text("code") == "validation_failed", "\(refused)")
            #expect(refused.pointers == refusal.pointers, "\(refusal.body)")
        }
        let query = try await stack.client.get("/intents?limt=1")
        #expect(query.status == 422)
        #expect(query.pointers == ["query:limt"])
        try await Self.expectNothingChanged(stack)
    }

    @Test
    func `amounts are integers above zero within the vendor's limit, of currencies that exist`()
        async throws
    {
        let stack = try await TestStack()
        let words = [
            "0", "-1", "1.5", "1.0", "1e2", "-0", #""100""#, "null", "9007199254740992",
            "99999999999999999999",
        ]
        for amount in words {
            let refused = try await Self.post(
                stack,
                "/intents",
                #"{"amount":\#(amount),\#(Self.whole)}"#
            )
            #expect(refused.status == 422, "\(amount): \(refused)")
            #expect(refused.text("code") == "validation_failed")
            #expect(refused.pointers == ["/amount"], "\(amount)")
        }
        for currency in ["XXX", "usd", "US", "", "XAU", "BTC"] {
            let refused = try await Self.post(
                stack,
                "/intents",
                #"{"amount":1,"currency":"\#(currency)","method":{"kind":"cash","drawer_id":"d"}}"#
            )
            #expect(refused.status == 422, "\(currency)")
            #expect(refused.pointers == ["/currency"], "\(currency)")
        }
        // What Stripe takes at most, and what eight digits of a currency without decimals are.
        let method = try await stack.method()
        for (currency, limit) in [("USD", Int64(99_999_999)), ("ISK", 999_999)] {
            let beyond = try await stack.client.post(
                "/intents",
                [
                    "amount": .integer(limit + 1), "currency": .string(currency),
                    "method": ["kind": "card", "id": .string(method)],
                ]
            )
            #expect(beyond.status == 422, "\(beyond)")
            #expect(beyond.text("code") == "amount_exceeds_limit")
            #expect(beyond.pointers == ["/amount"])
            #expect(beyond.text("detail")?.contains("\(limit)") == true, "\(beyond)")
        }
        try await Self.expectNothingChanged(stack)
    }

    @Test func `sums beyond what is left are refused and move nothing`() async throws {
        let stack = try await TestStack()
        let held = try await stack.client.post(
            "/intents",
            MainPathTests.hold(stack, try await stack.method())
        )
        let id = try #require(held.text("id"))
        for amount in ["0", "-1", "1.5", #""1""#] {
            for movement in ["capture", "refunds"] {
                let refused = try await Self.post(
                    stack,
                    "/intents/\(id)/\(movement)",
                    #"{"amount":\#(amount)}"#
                )
                #expect(refused.status == 422)
                #expect(refused.pointers == ["/amount"])
            }
        }
        let over = try await stack.client.post("/intents/\(id)/capture", ["amount": 12_501])
        #expect(over.status == 422)
        #expect(over.text("code") == "amount_exceeds_limit")
        let early = try await stack.client.post("/intents/\(id)/refunds", ["amount": 1])
        #expect(early.status == 409)
        #expect(early.text("code") == "state_conflict")
        _ = try await stack.client.post("/intents/\(id)/capture", ["amount": 5_000])
        let more = try await stack.client.post("/intents/\(id)/refunds", ["amount": 5_001])
        #expect(more.status == 422)
        #expect(more.text("code") == "amount_exceeds_limit")
        let book = try await Book(stack.simulator)
        #expect(book.payments.map(\.captured) == [5_000])
        #expect(book.payments.map(\.refunded) == [0])
        #expect(try await stack.client.get("/intents/\(id)").integer("amount_refunded") == 0)
    }

    @Test func `a card number is refused wherever it stands, and neither told nor logged`()
        async throws
    {
        let stack = try await TestStack()
        let cards = ["4242424242424242", "4242 4242 4242 4242", "8600-0000-0000-0007"]
        #expect(cards.allSatisfy { CardDataDetector.containsCardNumber($0) })
        var requests: [(place: String, answer: TestClient.Answer)] = []
        for card in cards {
            let text = JSONValue.string(card)
            let hidden: [(String, String, JSONValue)] = [
                ("/description", "/customers", ["description": text]),
                ("/name", "/customers", ["name": text]),
                ("/metadata/note", "/customers", ["name": "n", "metadata": ["note": text]]),
                ("/a/0/b", "/intents", ["a": [["b": text]]]),
                (
                    "/metadata", "/customers",
                    ["name": "n", "metadata": .object(JSONObject([(card, .integer(1))]))]
                ),
            ]
            for (place, path, body) in hidden {
                requests.append((place, try await stack.client.post(path, body)))
            }
            let escaped = card.replacingOccurrences(of: " ", with: "%20")
            requests.append(
                ("query:reference", try await stack.client.get("/customers?reference=\(escaped)"))
            )
            requests.append(
                (
                    "header:x-note",
                    try await stack.client.send(.get, "/customers", fields: ["X-Note": card])
                )
            )
            requests.append(
                (
                    "header:idempotency-key",
                    try await stack.client.post("/customers", [:], key: card)
                )
            )
        }
        requests.append(
            ("/a", try await stack.client.post("/intents", ["a": .integer(4_242_424_242_424_242)]))
        )
        requests.append(("path:", try await stack.client.get("/customers/4242424242424242")))
        for (place, answer) in requests {
            #expect(answer.status == 422, "\(place): \(answer)")
            #expect(answer.text("code") == "card_data_not_accepted", "\(place)")
            #expect(answer.pointers == [place])
            #expect(!CardDataDetector.containsCardNumber(answer.description))
        }
        // Nobody may make the gateway write one by its own id.
        let named = try await stack.client.send(
            .get,
            "/nothing",
            fields: [.requestID: "4242424242424242"]
        )
        #expect(named.fields[.requestID] == "withheld")
        #expect(!CardDataDetector.containsCardNumber(stack.logs))
        try await Self.expectNothingChanged(stack)
    }
}
