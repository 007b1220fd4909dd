#if Kafka
import Foundation
import HTTP
import JSON
import Kafka
import KafkaKit
import Reactor
import TestKit
import Testing

/// Other services' events from Kafka's wire protocol into the running gateway: each takes effect
/// once, and none holds up those behind it.
@Suite(.serialized) struct KafkaIntakeTests {
    private let kafka: MockCluster
    private let loop: EventLoop
    private let blocking = BlockingPool(name: "writer", threads: 1)

    init() throws {
        kafka = try MockCluster()
        // One partition, so that a message which blocks it is noticed.
        kafka.makeTopic("booking", partitions: 1)
        loop = try EventLoop(name: "writer")
        loop.start()
    }

    private func makeStack(options: String = "") async throws -> TestStack {
        try await TestStack(
            cluster: try await PostgresCluster(),
            settings: [
                "GATEWAY_KAFKA_BROKERS": kafka.bootstrap,
                "GATEWAY_KAFKA_INBOUND_TOPICS": "booking",
                // The mock cluster lets who joins after another wait for about a session.
                "GATEWAY_KAFKA_OPTIONS": "session.timeout.ms=6000\(options)",
            ]
        )
    }

    private struct Message {
        var headers: [String: String]
        var value: JSONValue

        /// An event in binary mode.
        init(_ id: String, _ type: String, for tenant: String?, _ data: JSONValue) {
            headers = [
                "ce_specversion": "1.0", "ce_id": id, "ce_source": "/booking",
                "ce_type": "melmastoon.\(type)", "content-type": "application/json",
            ]
            headers["ce_tenant"] = tenant
            value = data
        }

        /// The same event in structured mode.
        var structured: Message {
            var event = JSONObject()
            for (name, text) in headers where name.hasPrefix("ce_") {
                event[String(name.dropFirst(3))] = .string(text)
            }
            event["data"] = value
            var message = self
            message.headers = ["content-type": "application/cloudevents+json; charset=utf-8"]
            message.value = .object(event)
            return message
        }
    }

    private static func held(_ reservation: String, _ method: String) -> JSONValue {
        [
            "reservation_id": .string(reservation), "property_id": "kabul-1",
            "guest": ["id": "guest-1", "name": "Anna"], "amount": 12_500, "currency": "USD",
            "rate_plan": ["guarantee": "card_guarantee", "capture": "on_confirm"],
            "method": ["kind": "card", "id": .string(method)],
        ]
    }

    private func send(_ messages: [Message], raw: [[UInt8]] = []) async throws {
        let outgoing =
            raw.map { (headers: [KafkaHeader](), value: $0) }
            + messages.map { message in
                (message.headers.map { KafkaHeader($0, $1) }, message.value.bytes())
            }
        let sent = outgoing.map { headers, value in
            KafkaMessage(
                topic: "booking",
                key: Array("R".utf8),
                headers: headers,
                value: value,
                timestamp: 0
            )
        }
        try await kafka.produce(sent, on: loop, blocking)
    }

    /// Waits until an event's turn is over, and returns what became of it.
    private func ended(_ id: String, _ stack: TestStack) async throws -> JSONValue {
        var ended: JSONValue?
        try await eventually(within: .seconds(60)) {
            let listed = try await stack.client.get("/inbound-events?limit=200")
            ended = listed.body["data"]?.arrayValue?.first {
                $0["event"]?["id"]?.stringValue == id && $0["status"] != "received"
            }
            return ended != nil
        }
        return try #require(ended)
    }

    /// How many messages the running process has met with this result.
    private func count(_ result: String, _ stack: TestStack) async throws -> Double {
        let metrics = try await stack.client.raw(.get, "/metrics", nil)
        let line = metrics.body.stringValue?.split(separator: "\n")
            .first { $0.hasPrefix("event_intake_total") && $0.contains("\"\(result)\"") }
        return line?.split(separator: " ").last.flatMap { Double($0) } ?? 0
    }

    @Test(.timeLimit(.minutes(5)))
    func `a reservation is held and confirmed, a duplicate does nothing`() async throws {
        let stack = try await makeStack()
        let card = try await stack.method()
        let held = Message(
            "held",
            "reservation.held.v1",
            for: stack.tenant,
            Self.held("R-1", card)
        )
        try await send([held, held, held.structured])
        let applied = try await ended("held", stack)
        #expect(applied["status"] == "applied", "\(applied)")
        let id = try #require(applied["intent_id"]?.stringValue)
        try await stack.until(id, "authorized")
        let confirmed = Message(
            "confirmed",
            "reservation.confirmed.v1",
            for: stack.tenant,
            ["reservation_id": "R-1"]
        )
        try await send([confirmed.structured, confirmed])
        #expect(try await ended("confirmed", stack)["intent_id"]?.stringValue == id)
        try await stack.until(id, "captured")
        try await eventually { try await count("duplicate", stack) == 3 }
        #expect(try await count("stored", stack) == 2)
        let book = try await Book(stack.simulator)
        #expect(book.payments.map(\.captured) == [12_500])
        #expect(stack.stop() == 0)
    }

    @Test(.timeLimit(.minutes(5)))
    func `what cannot be read or is for nobody is a dead letter and holds nothing up`()
        async throws
    {
        let stack = try await makeStack()
        let card = try await stack.method()
        let data = Self.held("R-1", card)
        let stranger = "ten_01jd0000000000000000000000"
        try await send(
            [
                Message("homeless", "reservation.held.v1", for: nil, data),
                Message("strange", "reservation.held.v1", for: stranger, data),
                Message("poor", "reservation.held.v1", for: stack.tenant, ["amount": 1]),
                Message("good", "reservation.held.v1", for: stack.tenant, data),
            ],
            raw: [Array("no event".utf8), [], [0xFF, 0x00, 0x7B]]
        )
        let good = try await ended("good", stack)
        #expect(good["status"] == "applied", "\(good)")
        #expect(try await ended("poor", stack)["reason"] == "malformed")
        let listed = try Program.run(["events", "dead-letters"], environment: stack.environment)
        let reasons = listed.split(separator: "\n").map { $0.split(separator: " ")[1] }
        #expect(
            reasons.sorted()
                == ["malformed", "malformed", "malformed", "no_tenant", "unknown_tenant"]
        )
        #expect(listed.contains("kafka:booking/0/0"))
        #expect(try await count("stray", stack) == 5)
    }

    @Test(.timeLimit(.minutes(5)))
    func `a tenant without a schema holds nobody up, and is finished by its own event`()
        async throws
    {
        let stack = try await makeStack()
        let card = try await stack.method()
        let half = try Program.run(
            ["tenant", "create", "--name", "Half"],
            environment: stack.environment
        )
        try await DatabaseHand.on(stack) { try await $0.unmake(tenantNamed: "Half") }
        try await send([
            Message("early", "reservation.held.v1", for: half, Self.held("R-1", card)),
            Message("good", "reservation.held.v1", for: stack.tenant, Self.held("R-1", card)),
        ])
        #expect(try await ended("good", stack)["status"] == "applied")
        let listed = try Program.run(["events", "dead-letters"], environment: stack.environment)
        #expect(listed.contains("not_stored"), "\(listed)")
        try await send([
            Message(
                "made",
                "tenant.finance_schemas.provisioned.v1",
                for: half,
                ["tenant_id": .string(half)]
            )
        ])
        try await eventually(within: .seconds(60)) {
            let events = Program.said(["events", "list", half], stack.environment)
            return !events.isFailure && events.text.contains("applied")
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `killed between storing and committing, an event is handled once`() async throws {
        // Nothing is committed before the process ends in order.
        let stack = try await makeStack(options: ",auto.commit.interval.ms=86400000")
        let card = try await stack.method()
        func held(_ id: String) -> Message {
            Message(id, "reservation.held.v1", for: stack.tenant, Self.held("R-\(id)", card))
        }
        try await send([held("1")])
        _ = try await ended("1", stack)
        stack.kill()
        try stack.start()
        try await stack.client.untilReady()
        try await send([held("2")])
        #expect(try await ended("2", stack)["status"] == "applied")
        #expect(try await count("duplicate", stack) == 1, "the first was read again")

        #expect(stack.stop() == 0)
        try stack.start()
        try await stack.client.untilReady()
        try await send([held("3")])
        #expect(try await ended("3", stack)["status"] == "applied")
        #expect(try await count("duplicate", stack) == 0, "what was committed is not read again")
        #expect(try await Book(stack.simulator).payments.count == 3)
    }
}
#endif
