import HTTP
import JSON
import Testing

@testable import Simulators

/// Lists, search and events (sections 1, 2.6 and 5.2).
struct StripeListTests {
    private var bench = StripeBench()

    @Test mutating func `pages go forwards and backwards without gaps`() throws {
        var made: [String] = []
        for _ in 1...7 { made.append(try bench.pay().id) }
        let newestFirst = Array(made.reversed())
        var seen: [String] = []
        var page = try bench.get("/v1/payment_intents", ["limit": "3"])
        while true {
            seen += ids(page)
            guard page.json["has_more"] == true else { break }
            page = try bench.get(
                "/v1/payment_intents",
                ["limit": "3", "starting_after": seen.last ?? ""]
            )
        }
        #expect(seen == newestFirst)
        let back = try bench.get(
            "/v1/payment_intents",
            ["limit": "2", "ending_before": newestFirst[4]]
        )
        #expect(ids(back) == Array(newestFirst[2...3]))
        #expect(back.json["has_more"] == true)
    }

    @Test mutating func `filters by customer and time find lost payments`() throws {
        let customer = try bench.post("/v1/customers").id
        let old = try bench.pay(1_000, ["customer": customer]).id
        try bench.advance(.seconds(100))
        let new = try bench.pay(1_000, ["customer": customer, "metadata[attempt]": "a"]).id
        _ = try bench.pay()
        #expect(
            ids(try bench.get("/v1/payment_intents", ["customer": customer])) == [new, old]
        )
        let since = "\(bench.now.seconds)"
        let recent = try bench.get(
            "/v1/payment_intents",
            ["customer": customer, "created[gte]": since]
        )
        #expect(ids(recent) == [new])
        let before = try bench.get(
            "/v1/payment_intents",
            ["customer": customer, "created[lt]": since]
        )
        #expect(ids(before) == [old])
    }

    @Test(arguments: [
        ("limit", "0"), ("limit", "101"), ("limit", "x"), ("starting_after", "pi_none"),
        ("colour", "red"), ("created[gte]", "yesterday"),
    ])
    mutating func `a bad filter is refused`(name: String, value: String) throws {
        let answer = try bench.get("/v1/payment_intents", [name: value])
        #expect(answer.status == 400)
        #expect(answer.parameter == name)
    }

    @Test mutating func `search finds by metadata, a little late`() throws {
        let id = try bench.pay(1_000, ["metadata[attempt]": "att_1"]).id
        _ = try bench.pay(1_000, ["metadata[attempt]": "att_2"])
        let query: KeyValuePairs = ["query": "metadata['attempt']:'att_1'"]
        #expect(ids(try bench.get("/v1/payment_intents/search", query)).isEmpty)
        try bench.advance(.seconds(2))
        let found = try bench.get("/v1/payment_intents/search", query)
        #expect(ids(found) == [id])
        #expect(found.json["object"] == "search_result")
        let both = try bench.get(
            "/v1/payment_intents/search",
            ["query": "status:'requires_capture' AND amount:1000 AND currency:\"eur\""]
        )
        #expect(ids(both).count == 2)
    }

    @Test(arguments: [
        "", "metadata[attempt]:'a'", "colour:'red'", "status:'x' OR amount:1", "amount",
    ])
    mutating func `a search that cannot be read is refused`(query: String) throws {
        let answer = try bench.get("/v1/payment_intents/search", ["query": query])
        #expect(answer.status == 400)
        #expect(answer.parameter == "query")
    }

    @Test mutating func `an event carries the object and its cause`() throws {
        let call = StripeBench.call(.post, "/v1/customers", key: "c")
        let customer = try bench.send(call).id
        let attached = try bench.post(
            "/v1/payment_methods/pm_card_visa/attach",
            ["customer": customer],
            key: "the-key"
        )
        let list = try bench.get("/v1/events")
        let event = try #require(list.json["data"]?[0])
        #expect(event["type"] == "payment_method.attached")
        #expect(event["livemode"] == false)
        #expect(event["api_version"] == "2026-10-28.endive")
        #expect(event["data"]?["object"] == attached.json)
        #expect(event["request"]?["idempotency_key"] == "the-key")
        #expect(event["request"]?["id"]?.stringValue == attached.fields["Request-Id"])
        let id = event["id"]?.stringValue ?? ""
        #expect(try bench.get("/v1/events/\(id)").json == event)
    }

    @Test mutating func `events are kept thirty days`() throws {
        _ = try bench.pay(capture: "automatic")
        try bench.advance(.seconds(30 * 86_400))
        #expect(ids(try bench.get("/v1/events", ["limit": "100"])).count == 2)
        try bench.advance(.seconds(1))
        #expect(ids(try bench.get("/v1/events")).isEmpty)
    }

    @Test mutating func `updates say what changed`() throws {
        let paid = try bench.pay(card: "pm_card_pendingRefund", capture: "automatic")
        _ = try bench.post("/v1/refunds", ["payment_intent": paid.id])
        try bench.advance(.seconds(60))
        let list = try bench.get("/v1/events", ["type": "refund.updated"])
        let event = try #require(list.json["data"]?[0])
        #expect(event["data"]?["previous_attributes"] == ["status": "pending"])
        #expect(event["data"]?["object"]?["status"] == "succeeded")
    }

    private func ids(_ answer: StripeBench.Answer) -> [String] {
        answer.json["data"]?.arrayValue?.compactMap { $0["id"]?.stringValue } ?? []
    }
}
