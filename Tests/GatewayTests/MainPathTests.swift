import Foundation
import HTTP
import JSON
import TestKit
import Testing

/// The booking flow against the whole installation: real sockets, real Postgres, real HTTP to the
/// simulator, signed notifications back.
@Suite(.serialized) struct MainPathTests {
    static func hold(_ stack: TestStack, _ method: String, amount: Int64 = 12_500) -> JSONValue {
        [
            "amount": .integer(amount), "currency": "USD", "capture_method": "manual",
            "method": ["kind": "card", "id": .string(method)],
            "return_url": "https://hotel.example/thanks",
        ]
    }

    @Test func `a hold is captured in part, refunded in part, and published`() async throws {
        let stack = try await TestStack()
        let method = try await stack.method()
        let held = try await stack.client.post("/intents", Self.hold(stack, method))
        #expect(held.status == 201, "\(held)")
        #expect(held.text("status") == "authorized")
        #expect(held.integer("amount_capturable") == 12_500)
        let id = try #require(held.text("id"))
        let captured = try await stack.client.post("/intents/\(id)/capture", ["amount": 5_000])
        #expect(captured.status == 200, "\(captured)")
        #expect(captured.integer("amount_captured") == 5_000)
        let refunded = try await stack.client.post("/intents/\(id)/refunds", ["amount": 2_000])
        #expect(refunded.status == 201, "\(refunded)")
        #expect(refunded.text("status") == "partially_refunded")

        let book = try await Book(stack.simulator)
        #expect(book.payments.count == 1)
        #expect(book.payments.first?.captured == 5_000)
        #expect(book.payments.first?.refunded == 2_000)

        let feed = try await Feed.read(stack.client, atLeast: 7)
        #expect(
            feed.map(\.type)
                == [
                    "method.tokenized", "transaction.created", "transaction.authorized",
                    "transaction.updated",
                    "transaction.captured", "transaction.updated", "transaction.refunded",
                ]
        )
        let all = try await Feed.all(stack.client)
        #expect(all.map(\.position) == Array(1...Int64(all.count)))
    }

    @Test func `a declined card answers 402 and moves nothing`() async throws {
        let stack = try await TestStack()
        let method = try await stack.method("pm_card_decline_insufficient_funds")
        let declined = try await stack.client.post("/intents", Self.hold(stack, method))
        #expect(declined.status == 402, "\(declined)")
        #expect(declined.text("code") == "payment_declined")
        #expect(declined.body["decline"]?["class"] == "soft")
        #expect(declined.body["intent"]?["status"] == "requires_payment_method")
        let book = try await Book(stack.simulator)
        #expect(book.payments.allSatisfy { $0.captured == 0 && $0.capturable == 0 })
    }

    /// A hold whose payer has a page to finish, and where the simulator takes the payer's answer.
    private func waiting(_ stack: TestStack) async throws -> (id: String, payer: String) {
        let method = try await stack.method("pm_card_threeDSecure2Required")
        let waiting = try await stack.client.post("/intents", Self.hold(stack, method))
        #expect(waiting.status == 201, "\(waiting)")
        #expect(waiting.text("status") == "requires_action")
        let id = try #require(waiting.text("id"))
        let page = try await stack.client.get("/intents/\(id)").body["last_attempt"]
        let reference = try #require(page?["gateway_reference"]?.stringValue)
        return (id, "/_control/payment_intents/\(reference)/authenticate")
    }

    @Test func `a payer's page is finished by the vendor's notification`() async throws {
        let stack = try await TestStack()
        let (id, payer) = try await waiting(stack)
        let done = try await stack.simulator.raw(.post, payer, ["outcome": "succeeded"])
        #expect(done.status < 300, "\(done)")
        let held = try await stack.until(id, "authorized")
        // As well known as a hold that was answered: notifications do not show the charge.
        #expect(held["details"]?["card_last4"]?.stringValue != nil, "\(held)")
        #expect(held["details"]?["capture_before"] != nil, "\(held)")
    }

    @Test func `a page whose card is refused takes no other card: the next try is a new one`()
        async throws
    {
        let stack = try await TestStack()
        let (id, payer) = try await waiting(stack)
        let failed = try await stack.simulator.raw(.post, payer, ["outcome": "failed"])
        #expect(failed.status < 300, "\(failed)")
        let declined = try await stack.until(id, "requires_payment_method")
        #expect(declined["last_attempt"]?["decline"]?["class"] == "authentication_required")
        let late = try await stack.simulator.raw(.post, payer, ["outcome": "succeeded"])
        #expect(late.status >= 400, "\(late)")
        let again = try await stack.client.post(
            "/intents/\(id)/authorize",
            ["method": ["kind": "card", "id": .string(try await stack.method())]]
        )
        #expect(again.text("status") == "authorized", "\(again)")
        let book = try await Book(stack.simulator)
        #expect(book.payments.map(\.capturable).reduce(0, +) == 12_500)
    }

    @Test func `a void releases the hold at the vendor`() async throws {
        let stack = try await TestStack()
        let method = try await stack.method()
        let held = try await stack.client.post("/intents", Self.hold(stack, method))
        let id = try #require(held.text("id"))
        let voided = try await stack.client.post("/intents/\(id)/void", [:])
        #expect(voided.status == 200, "\(voided)")
        #expect(voided.text("status") == "voided")
        let book = try await Book(stack.simulator)
        #expect(book.payments.map(\.capturable) == [0])
    }

    @Test func `cash is captured at the desk without a vendor`() async throws {
        let stack = try await TestStack()
        let paid = try await stack.client.post(
            "/intents",
            [
                "amount": 4_000, "currency": "USD",
                "method": ["kind": "cash", "drawer_id": "front-1"],
            ]
        )
        #expect(paid.status == 201, "\(paid)")
        #expect(paid.text("status") == "captured")
        #expect(try await Book(stack.simulator).payments.isEmpty)
    }

    @Test func `a drained gateway stops with status 0 and says nothing secret`() async throws {
        let stack = try await TestStack()
        let method = try await stack.method()
        _ = try await stack.client.post("/intents", Self.hold(stack, method))
        #expect(stack.stop() == 0)
        for secret in [stack.apiKey, "sk_test_suite", "whsec_"] {
            #expect(!stack.logs.contains(secret))
        }
    }
}

/// The simulator's own book: the vendor's truth.
struct Book {
    struct Payment {
        let reference: String
        let attempt: String?
        let capturable: Int64
        let captured: Int64
        let refunded: Int64
        /// All that the vendor knows it by: its own name and what it was given.
        let names: Set<String>

        /// Whether there is money in it that is or may become ours.
        var isLive: Bool { captured + capturable > 0 }
    }

    let payments: [Payment]

    init(_ simulator: TestClient) async throws {
        let book = try await simulator.raw(.get, "/_control/book", nil)
        payments = try #require(book.body["payments"]?.arrayValue).map { payment in
            let reference = payment["id"]?.stringValue ?? ""
            let words = payment["metadata"]?.objectValue?.members.compactMap(\.value.stringValue)
            return Payment(
                reference: reference,
                attempt: payment["metadata"]?["attempt"]?.stringValue,
                capturable: payment["held"]?.integerValue ?? 0,
                captured: payment["captured"]?.integerValue ?? 0,
                refunded: payment["refunded"]?.integerValue ?? 0,
                names: Set(words ?? []).union([reference])
            )
        }
    }
}

/// The tenant's published events.
enum Feed {
    struct Event {
        let position: Int64
        let type: String
        let subject: String
        let sequence: Int64
        let data: JSONValue
    }

    /// Reads what the feed tells of payments and methods once it has so many such events.
    static func read(_ client: TestClient, atLeast count: Int) async throws -> [Event] {
        let deadline = ContinuousClock.now + .seconds(20)
        var events: [Event] = []
        while events.count < count {
            guard ContinuousClock.now < deadline else {
                throw Program.Failure(description: "only \(events.count) events of \(count)")
            }
            if !events.isEmpty { try await TestClient.pause() }
            events = try await all(client).filter {
                !$0.type.hasPrefix("ledger.") && $0.type != "audit.sealed"
            }
        }
        return events
    }

    static func all(_ client: TestClient) async throws -> [Event] {
        var events: [Event] = []
        while true {
            let after = events.last?.position ?? 0
            let page = try await client.get("/events?after=\(after)&limit=500")
            let rows = try #require(page.body["data"]?.arrayValue, "\(page)")
            if rows.isEmpty { return events }
            events += rows.map { row in
                Event(
                    position: Int64(row["position"]?.stringValue ?? "") ?? 0,
                    type: Self.fact(row["type"]?.stringValue ?? ""),
                    subject: row["subject"]?.stringValue ?? "",
                    sequence: Int64(row["sequence"]?.stringValue ?? "") ?? 0,
                    data: row["data"] ?? .null
                )
            }
        }
    }

    /// `melmastoon.payment.transaction.created.v1` → `transaction.created`.
    private static func fact(_ type: String) -> String {
        type.split(separator: ".").dropFirst(2).dropLast().joined(separator: ".")
    }
}
