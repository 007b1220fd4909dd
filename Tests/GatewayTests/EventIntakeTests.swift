import Foundation
import HTTP
import JSON
import TestKit
import Testing

/// Other services' events through the running binary, also while it is killed.
@Suite(.serialized) struct EventIntakeTests {
    private static func event(
        _ id: String,
        _ type: String,
        _ data: JSONValue,
        sequence: Int? = nil,
        tenant: String? = nil
    ) -> JSONValue {
        var event = JSONObject()
        event["specversion"] = "1.0"
        event["id"] = .string(id)
        event["source"] = "/booking"
        event["type"] = .string("melmastoon.\(type)")
        event["correlationid"] = "saga-1"
        if let sequence { event["sequence"] = .string("\(sequence)") }
        if let tenant { event["tenant"] = .string(tenant) }
        event["data"] = data
        return .object(event)
    }

    private static func held(_ reservation: String, _ method: String) -> JSONValue {
        [
            "reservation_id": .string(reservation), "property_id": "kabul-1",
            "guest": ["id": "guest-1", "name": "Anna"], "amount": 12_500, "currency": "USD",
            "rate_plan": ["guarantee": "card_guarantee", "capture": "on_confirm"],
            "method": ["kind": "card", "id": .string(method)],
        ]
    }

    private static func send(
        _ event: JSONValue,
        _ client: TestClient
    ) async throws -> TestClient.Answer {
        try await client.send(.post, "/events", event, asEvent: true)
    }

    /// Waits until an event's turn is over, and returns what became of it.
    private static func ended(_ id: String, _ stack: TestStack) async throws -> JSONValue {
        let deadline = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < deadline {
            let answer = try? await stack.client.get("/inbound-events?limit=200")
            let found = answer?.body["data"]?.arrayValue?.first {
                $0["event"]?["id"]?.stringValue == id
            }
            if let found, found["status"] != "received" { return found }
            try await TestClient.pause()
        }
        throw Program.Failure(description: "\(id) still waits\n\(stack.logs.suffix(4_000))")
    }

    @Test(.timeLimit(.minutes(5)))
    func `a reservation is held, confirmed and cancelled, in order and each once`() async throws {
        let stack = try await TestStack()
        let card = try await stack.method()
        let confirmed = Self.event(
            "confirmed",
            "reservation.confirmed.v1",
            ["reservation_id": "R-1"],
            sequence: 2
        )
        #expect(try await Self.send(confirmed, stack.client).status == 202)
        let held = Self.event(
            "held",
            "reservation.held.v1",
            Self.held("R-1", card),
            sequence: 1
        )
        for _ in 0..<3 { _ = try await Self.send(held, stack.client) }
        for _ in 0..<2 { _ = try await Self.send(confirmed, stack.client) }
        let applied = try await Self.ended("confirmed", stack)
        #expect(applied["status"] == "applied", "\(applied)")
        let id = try #require(applied["intent_id"]?.stringValue)
        try await stack.until(id, "captured")
        let cancelled = Self.event(
            "cancelled",
            "reservation.cancelled.v1",
            [
                "reservation_id": "R-1",
                "refund": ["amount": 5_000, "reason": "requested_by_customer"],
            ],
            sequence: 3
        )
        _ = try await Self.send(cancelled, stack.client)
        try await stack.until(id, "partially_refunded")
        let intent = try await stack.client.get("/intents/\(id)")
        #expect(intent.integer("amount_captured") == 12_500)
        #expect(intent.integer("amount_refunded") == 5_000)
        _ = try await Self.ended("cancelled", stack)
        let book = try await Book(stack.simulator)
        #expect(book.payments.count == 1)
        let late = Self.event(
            "late",
            "reservation.cancelled.v1",
            ["reservation_id": "R-1"],
            sequence: 2
        )
        _ = try await Self.send(late, stack.client)
        #expect(try await Self.ended("late", stack)["reason"] == "late")
        let deadline = ContinuousClock.now + .seconds(30)
        var replies: [Feed.Event] = []
        while replies.count < 4, ContinuousClock.now < deadline {
            replies = try await Feed.all(stack.client).filter { $0.type == "event.handled" }
            try await TestClient.pause()
        }
        #expect(replies.map { $0.data["outcome"] } == ["applied", "applied", "applied", "dead"])
    }

    @Test(.timeLimit(.minutes(5)))
    func `what cannot take effect is a dead letter, over the API and the command line`()
        async throws
    {
        let stack = try await TestStack()
        let card = try await stack.method()
        let malformed = Self.event("malformed", "reservation.held.v1", ["reservation_id": 1])
        let unknown = Self.event("unknown", "reservation.moved.v1", ["reservation_id": "R-2"])
        let foreign = Self.event(
            "foreign",
            "reservation.held.v1",
            Self.held("R-2", card),
            tenant: "ten_01jd0000000000000000000000"
        )
        for event in [malformed, unknown, foreign] {
            #expect(try await Self.send(event, stack.client).status == 202)
        }
        #expect(try await Self.ended("malformed", stack)["reason"] == "malformed")
        #expect(try await Self.ended("unknown", stack)["reason"] == "unknown_type")
        #expect(try await Self.ended("foreign", stack)["reason"] == "wrong_tenant")
        try await eventually {
            let told = try await stack.client.raw(.get, "/metrics", nil).body.stringValue
            return ["malformed", "unknown_type", "wrong_tenant"].allSatisfy {
                told?.contains("inbound_events_dead_total{reason=\"\($0)\"} 1\n") == true
            }
        }
        let listed = try Program.run(
            ["events", "dead-letters", stack.tenant],
            environment: stack.environment
        )
        let lines = listed.split(separator: "\n")
        #expect(lines.count == 3)
        let id = try #require(lines.first?.split(separator: " ").first.map(String.init))
        try Program.run(
            ["events", "replay", id, "--tenant", stack.tenant],
            environment: stack.environment
        )
        let deadline = ContinuousClock.now + .seconds(30)
        var replayed: JSONValue = .null
        repeat {
            replayed = try await stack.client.get("/inbound-events/\(id)").body
            try await TestClient.pause()
        } while replayed["status"] != "dead" && ContinuousClock.now < deadline
        #expect(replayed["replays"] == 1)
        #expect(try await Book(stack.simulator).payments.isEmpty)
    }

    @Test(.timeLimit(.minutes(5)))
    func `a provisioned event finishes a tenant, and lifts no suspension`() async throws {
        let stack = try await TestStack(cluster: try await PostgresCluster())
        let platform = TestClient(
            baseURL: stack.client.baseURL,
            apiKey: try Program.run(
                ["key", "create", "--platform", "--name", "p", "--all-permissions"],
                environment: stack.environment
            )
        )
        func provision(_ tenant: String, _ id: String) async throws -> TestClient.Answer {
            let event = Self.event(
                id,
                "tenant.finance_schemas.provisioned.v1",
                ["tenant_id": .string(tenant)]
            )
            let fields: HTTPFields = ["Tenant-Id": tenant]
            return try await platform.send(.post, "/events", event, asEvent: true, fields: fields)
        }
        let half = try Program.run(
            ["tenant", "create", "--name", "Half"],
            environment: stack.environment
        )
        try await DatabaseHand.on(stack) { try await $0.unmake(tenantNamed: "Half") }
        let finished = try await provision(half, "half")
        #expect(finished.status == 202, "\(finished)")
        let jobs = try Program.run(["jobs", "list", half], environment: stack.environment)
        #expect(jobs.contains("purge"), "\(jobs)")

        try Program.run(["tenant", "suspend", stack.tenant], environment: stack.environment)
        let again = try await provision(stack.tenant, "again")
        #expect(again.status == 202, "\(again)")
        #expect(try await Self.ended("again", stack)["status"] == "applied")
        let tenants = try Program.run(["tenant", "list"], environment: stack.environment)
        #expect(tenants.contains("\(stack.tenant)  suspended"), "\(tenants)")

        try Program.run(["tenant", "drop", half, "--erase"], environment: stack.environment)
        let erased = try await provision(half, "erased")
        #expect(erased.text("code") == "tenant_not_found", "\(erased)")
    }

    @Test(.timeLimit(.minutes(5)))
    func `events survive a process that is killed again and again`() async throws {
        let stack = try await TestStack()
        let card = try await stack.method()
        let count = 12
        for number in 0..<count {
            let reservation = "R-\(number)"
            let events = [
                Self.event(
                    "\(reservation)-held",
                    "reservation.held.v1",
                    Self.held(reservation, card),
                    sequence: 1
                ),
                Self.event(
                    "\(reservation)-confirmed",
                    "reservation.confirmed.v1",
                    ["reservation_id": .string(reservation)],
                    sequence: 2
                ),
            ]
            for event in events { try await insist(event, stack) }
            // What was just answered is taking effect now.
            if number % 4 == 3 {
                stack.kill()
                try stack.start()
            }
        }
        for number in 0..<count {
            let applied = try await Self.ended("R-\(number)-confirmed", stack)
            #expect(applied["status"] == "applied", "\(applied)")
            let id = try #require(applied["intent_id"]?.stringValue)
            try await stack.until(id, "captured", within: .seconds(60))
        }
        let book = try await Book(stack.simulator)
        #expect(book.payments.filter { $0.captured == 12_500 }.count == count)
        #expect(book.payments.count == count, "no reservation was held twice")
    }

    /// A sender that repeats an event until it is taken, as it must.
    private func insist(_ event: JSONValue, _ stack: TestStack) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            if let answer = try? await Self.send(event, stack.client), answer.status == 202 {
                return
            }
            try await TestClient.pause()
        }
        throw Program.Failure(description: "an event was not taken")
    }
}
