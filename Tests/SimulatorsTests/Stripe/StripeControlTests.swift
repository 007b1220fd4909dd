import HTTP
import JSON
import Synchronization
import Testing

@testable import Simulators

/// The control endpoints of docs/simulators.md.
struct StripeControlTests {
    @Test(arguments: [
        "latency", "lose_request", "lose_reply", "late_reply", "reset", "fail", "error",
        "rate_limit",
        "lock_timeout",
        "slow_body", "garbage_body", "html_body", "empty_body", "webhook_duplicate",
        "webhook_delay", "webhook_reorder",
        "webhook_lose", "webhook_bad_signature", "webhook_stale_signature", "webhook_lose_answer",
    ])
    func `every documented fault can be ordered`(kind: String) throws {
        let simulator = StripeSimulator(.init(seed: 1))
        let reply = answer(simulator, "POST", "faults", ["kind": .string(kind)])
        #expect(reply.status == 201)
        #expect(reply.json["id"] == 1)
        simulator.state.withLock { state in
            let isWebhook = kind.hasPrefix("webhook_")
            #expect(state.machine.callFaults.isEmpty == isWebhook)
            #expect(state.machine.webhookFaults.isEmpty != isWebhook)
        }
        #expect(answer(simulator, "DELETE", "faults").status == 200)
        #expect(simulator.state.withLock { $0.machine.callFaults.isEmpty })
    }

    @Test(arguments: [
        #"{}"#, #"{"kind":"explode"}"#, #"{"kind":"fail","status":200}"#,
        #"{"kind":"fail","colour":"red"}"#, #"{"kind":"fail","percent":101}"#,
        #"{"kind":"fail","parameters":{"a":1}}"#,
    ])
    func `a fault that makes no sense is refused`(body: String) throws {
        let simulator = StripeSimulator(.init(seed: 1))
        let reply = answer(simulator, "POST", "faults", try JSONValue.parse(body))
        #expect(reply.status == 422)
        #expect(simulator.state.withLock { $0.machine.callFaults.isEmpty })
    }

    @Test func `a fault strikes once unless told otherwise`() async throws {
        try await StripeLiveBench.run { bench in
            let order: JSONValue = [
                "kind": "fail", "status": 503, "name": "payment_intents.create",
                "parameters": ["currency": "eur"],
            ]
            let ordered = try await bench.control(.post, "/faults", order)
            #expect(ordered.status == 201)
            #expect(try await bench.pay(key: "k").status == 503)
            #expect(try await bench.pay(key: "k").status == 200)
        }
    }

    @Test func `the book and the requests can be picked from`() async throws {
        try await StripeLiveBench.run { bench in
            let form: KeyValuePairs = [
                "amount": "1000", "currency": "eur", "payment_method": "pm_card_visa",
                "confirm": "true", "payment_method_types[]": "card", "metadata[attempt]": "att_1",
            ]
            let paid = try await bench.send(.post, "/v1/payment_intents", form, key: "k1")
            _ = try await bench.pay(key: "k2")
            let all = try await bench.control(.get, "/book")
            #expect(all.json["payments"]?.arrayValue?.count == 2)
            #expect(all.json["totals"]?["eur"]?["captured"] == 2_000)
            let one = try await bench.control(.get, "/book?metadata[attempt]=att_1")
            #expect(one.json["payments"]?.arrayValue?.count == 1)
            let entry = one.json["payments"]?[0]
            #expect(entry?["id"]?.stringValue == paid.id)
            #expect(entry?["idempotency_keys"] == ["k1", "k1"])
            #expect(entry?["metadata"] == ["attempt": "att_1"])
            let direct = try await bench.control(.get, "/book/\(paid.id)")
            #expect(direct.json == entry)
            let totals = try await bench.control(.get, "/book?totals=true")
            #expect(totals.json["payments"] == [])
            let calls = try await bench.control(.get, "/requests?idempotency_key=k1")
            #expect(calls.json["requests"]?.arrayValue?.count == 1)
            #expect(calls.json["requests"]?[0]?["status"] == 200)
            #expect(
                calls.json["requests"]?[0]?["parameters"]?["metadata[attempt]"] == "att_1"
            )
        }
    }

    @Test func `a reset forgets payments and keeps the receivers`() async throws {
        try await StripeLiveBench.run { bench in
            _ = try await bench.pay(key: "k")
            await bench.receiver.received(2)
            let first = try await bench.pay(key: "k").id
            #expect(try await bench.control(.post, "/reset").status == 200)
            #expect(bench.simulator.book.count == 0)
            #expect(try await bench.pay(key: "k").id != first)
            await bench.receiver.received(4)
        }
    }

    @Test func `a bank decides on refunds`() async throws {
        try await StripeLiveBench.run { bench in
            let paid = try await bench.pay().id
            let refund = try await bench.send(.post, "/v1/refunds", ["payment_intent": paid]).id
            let failed = try await bench.control(
                .post,
                "/refunds/\(refund)",
                ["status": "failed", "failure_reason": "declined"]
            )
            #expect(failed.status == 200)
            let shown = try await bench.send(.get, "/v1/refunds/\(refund)")
            #expect(shown.json["failure_reason"] == "declined")
            #expect(bench.simulator.book[paid]?.refunded == 0)
        }
    }

    @Test func `any event can be sent, and sent again`() async throws {
        try await StripeLiveBench.run { bench in
            let sent = try await bench.control(
                .post,
                "/events",
                ["type": "charge.dispute.created", "object": ["id": "dp_1"]]
            )
            #expect(sent.status == 201)
            await bench.receiver.received(1)
            let event = try #require(bench.receiver.receipts.first?.json)
            #expect(event["data"]?["object"] == ["id": "dp_1"])
            let id = event["id"]?.stringValue ?? ""
            #expect(try await bench.control(.post, "/events/\(id)/resend").status == 200)
            await bench.receiver.received(2)
            #expect(bench.receiver.receipts.last?.json["id"] == event["id"])
        }
    }

    @Test func `receivers can be exchanged and their secrets stay secret`() throws {
        let simulator = StripeSimulator(.init(seed: 1))
        let reply = answer(
            simulator,
            "PUT",
            "webhook_endpoints",
            [
                "endpoints": [
                    [
                        "url": "http://a.example/", "secrets": ["whsec_a", "whsec_b"],
                        "types": ["x"],
                    ]
                ]
            ]
        )
        #expect(
            reply.json["endpoints"]
                == [["url": "http://a.example/", "secrets": 2, "types": ["x"]]]
        )
        #expect(simulator.webhookEndpoints.first?.secrets == ["whsec_a", "whsec_b"])
    }

    @Test(arguments: ["nothing", "book/pi_none", "payment_intents/pi_1", "faults/1/2"])
    func `an unknown control call is a 404`(path: String) {
        #expect(answer(StripeSimulator(.init(seed: 1)), "GET", path).status == 404)
    }

    private func answer(
        _ simulator: StripeSimulator,
        _ method: String,
        _ path: String,
        _ json: JSONValue = [:]
    ) -> (status: Int, json: JSONValue) {
        guard let query = QueryItems("") else { return (0, .null) }
        let reply = simulator.answer(
            ControlCall(
                method: method,
                path: path.split(separator: "/").map(String.init),
                query: query,
                body: json.bytes()
            )
        )
        return (reply.status, (try? JSONValue.parse(reply.body)) ?? .null)
    }
}
