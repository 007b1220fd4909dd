import EventDelivery
import Foundation
import HTTP
import JSON
import PaymentCore
import Testing

/// Events over signed HTTP from the running gateway to a receiver over real sockets.
@Suite(.serialized) struct SignedEventTests {
    @Test func `events arrive signed, each once, also after the receiver had failed`()
        async throws
    {
        let stack = try await TestStack(settings: ["GATEWAY_EVENT_RECEIVERS": "any"])
        let receiver = EventReceiver(answering: [500])
        try await receiver.listening { url in
            let made = try await stack.client.post(
                "/event-subscriptions",
                ["url": .string(url), "event_types": ["transaction.created"]]
            )
            #expect(made.status == 201, "\(made)")
            let secret = VendorToken(try #require(made.text("secret")))
            let id = try #require(made.text("id"))
            for _ in 0..<3 { try await stack.payCash() }
            let feed = try await Feed.read(stack.client, atLeast: 6)
                .filter { $0.type == "transaction.created" }
            #expect(feed.count == 3)
            try await eventually { receiver.received.count >= feed.count }
            let received = receiver.received
            #expect(Set(received.map(\.id)).count == received.count)
            for delivery in received {
                let expected = StandardWebhook.signature(
                    of: delivery.body,
                    id: delivery.id,
                    at: delivery.timestamp,
                    secret
                )
                #expect(delivery.signatures == [expected])
                #expect(delivery.event["id"]?.stringValue == delivery.id)
            }
            let positions = received.compactMap { $0.event["position"]?.stringValue }
                .compactMap { Int64($0) }.sorted()
            #expect(positions == feed.map(\.position))
            // The gateway notes an answer after the receiver has given it.
            var entries: [JSONValue] = []
            try await eventually {
                let log = try await stack.client.get("/event-subscriptions/\(id)/deliveries")
                entries = log.body["data"]?.arrayValue ?? []
                return entries.count == feed.count
                    && entries.allSatisfy { $0["status"] == "delivered" }
            }
            #expect(entries.contains { $0["attempts"] == 2 })

            let ping = try await stack.client.post("/event-subscriptions/\(id)/ping", [:])
            #expect(ping.body["delivered"] == true, "\(ping)")
            let again = try await stack.client.post(
                "/event-subscriptions/\(id)/replay",
                ["after_position": 0]
            )
            #expect(again.integer("deliveries") == Int64(feed.count), "\(again)")
            try await eventually { receiver.received.count >= 2 * feed.count + 1 }
        }
    }

    @Test func `nothing is sent unsigned, and who has no secret holds up nobody`() async throws {
        let stack = try await TestStack(settings: ["GATEWAY_EVENT_RECEIVERS": "any"])
        let receiver = EventReceiver(answering: [])
        try await receiver.listening { url in
            let made = try await stack.client.post("/event-subscriptions", ["url": .string(url)])
            let spoiled = try #require(made.text("id"))
            try await DatabaseHand.on(stack) { try await $0.spoilSubscriptionSecrets() }
            _ = try await stack.client.post(
                "/event-subscriptions",
                ["url": .string(url), "event_types": ["transaction.created"]]
            )
            try await stack.payCash()
            let path = "/event-subscriptions/\(spoiled)"
            try await eventually {
                let log = try await stack.client.get("\(path)/deliveries")
                let entries = log.body["data"]?.arrayValue ?? []
                return !receiver.received.isEmpty && !entries.isEmpty
                    && entries.allSatisfy {
                        $0["last_error"] == "the subscription's secret does not open"
                    }
            }
            let ping = try await stack.client.post("\(path)/ping", [:])
            #expect(ping.text("error") == "the subscription's secret does not open", "\(ping)")
            #expect(receiver.received.count == 1)
        }
    }

    @Test func `books that cannot be sealed hold up no event`() async throws {
        let stack = try await TestStack(settings: ["GATEWAY_EVENT_RECEIVERS": "any"])
        let receiver = EventReceiver(answering: [])
        try await receiver.listening { url in
            let made = try await stack.client.post(
                "/event-subscriptions",
                ["url": .string(url), "event_types": ["transaction.created"]]
            )
            #expect(made.status == 201, "\(made)")
            try await DatabaseHand.on(stack) { hand in
                try await hand.withoutSealing {
                    try await stack.payCash()
                    try await eventually { receiver.received.count == 1 }
                    try await eventually { stack.logs.contains("books wait to be sealed") }
                    try await stack.payCash()
                    try await eventually { receiver.received.count == 2 }
                    let heads = try await stack.client.get("/ledger/heads")
                    #expect(heads.body["data"]?.arrayValue?.isEmpty == true, "\(heads)")
                }
            }
            try await eventually {
                try await stack.client.get("/ledger/heads").body["data"]?.arrayValue?.last?[
                    "position"
                ] == 2
            }
        }
    }

    @Test func `a receiver that is gone is left alone`() async throws {
        let stack = try await TestStack(settings: ["GATEWAY_EVENT_RECEIVERS": "any"])
        let receiver = EventReceiver(answering: Array(repeating: 410, count: 50))
        try await receiver.listening { url in
            let made = try await stack.client.post("/event-subscriptions", ["url": .string(url)])
            let id = try #require(made.text("id"))
            try await stack.payCash()
            try await eventually {
                try await stack.client.get("/event-subscriptions/\(id)").text("status")
                    == "disabled"
            }
            #expect(receiver.received.isEmpty)
        }
    }

    @Test func `plain http and private addresses are refused unless configured`() async throws {
        let stack = try await TestStack()
        let plain = try await stack.client.post(
            "/event-subscriptions",
            ["url": "http://receiver.example/"]
        )
        #expect(plain.status == 422, "\(plain)")
        let made = try await stack.client.post(
            "/event-subscriptions",
            ["url": "https://127.0.0.1:9/"]
        )
        let id = try #require(made.text("id"))
        let ping = try await stack.client.post("/event-subscriptions/\(id)/ping", [:])
        #expect(ping.body["delivered"] == false, "\(ping)")
        #expect(ping.body["status_code"] == .null)
    }
}
