import HTTP
import JSON
import Reactor
import Synchronization
import Testing

@testable import Simulators

/// The simulator over real sockets.
struct StripeLiveTests {
    @Test func `a payment is taken and its events arrive signed`() async throws {
        try await StripeLiveBench.run { bench in
            let paid = try await bench.pay()
            #expect(paid.status == 200)
            #expect(paid.fields["Request-Id"]?.hasPrefix("req_") == true)
            await bench.receiver.received(2)
            let receipts = bench.receiver.receipts
            #expect(Set(bench.acceptedTypes) == ["charge.captured", "payment_intent.succeeded"])
            #expect(receipts.allSatisfy { $0.isGenuineStripe && $0.isFreshStripe })
            #expect(bench.simulator.book[paid.id]?.captured == 1_000)
        }
    }

    struct Loss: Sendable {
        let fault: CallFault
        let made: Int64
    }

    @Test(arguments: [
        Loss(fault: .loseReply, made: 1_000), Loss(fault: .loseRequest, made: 0),
        Loss(fault: .reset(afterEffect: true), made: 1_000),
        Loss(fault: .reset(afterEffect: false), made: 0),
    ])
    func `a lost answer tells nothing and a repeat charges once`(loss: Loss) async throws {
        try await StripeLiveBench.run { bench in
            bench.simulator.add(loss.fault, when: FaultTrigger(count: 1))
            do {
                _ = try await bench.pay(key: "k")
                Issue.record("an answer came back")
            } catch let error as HTTPTransportError {
                #expect(error.code == .closed)
                #expect(error.requestMayHaveReachedPeer)
            }
            #expect(bench.simulator.book.totals["eur"]?.captured ?? 0 == loss.made)
            #expect(try await bench.pay(key: "k").status == 200)
            #expect(bench.simulator.book.totals["eur"]?.captured == 1_000)
            #expect(bench.simulator.book.count == 1)
        }
    }

    @Test func `an effect comes though nobody waits for it any more`() async throws {
        try await StripeLiveBench.run { bench in
            bench.simulator.add(.latency(.seconds(2)), when: FaultTrigger(count: 1))
            do {
                _ = try await bench.pay(key: "k", timeout: .milliseconds(30))
                Issue.record("an answer came back")
            } catch let error as HTTPTransportError {
                #expect(error.code == .timeout)
            }
            #expect(bench.simulator.book.count == 0)
            let early = try await bench.pay(key: "k")
            #expect(early.status == 409)
            await bench.receiver.received(2)
            let late = try await bench.pay(key: "k")
            #expect(late.status == 200)
            #expect(late.fields[.idempotentReplayed] == "true")
            #expect(bench.simulator.book.totals["eur"]?.captured == 1_000)
        }
    }

    @Test func `a webhook can come before the answer`() async throws {
        try await StripeLiveBench.run { bench in
            bench.simulator.add(.lateReply(.seconds(5)), when: FaultTrigger(count: 1))
            let answered = Flag()
            let paying = bench.loop.spawn {
                // The client gives up below; what it would have got does not matter.
                guard (try? await bench.pay()) != nil else { return }
                answered.raise()
            }
            await bench.receiver.received(2)
            #expect(!answered.isUp)
            #expect(bench.simulator.book.totals["eur"]?.captured == 1_000)
            paying.cancel()
            await paying.value
        }
    }

    @Test func `a slow answer comes whole and garbage is garbage`() async throws {
        try await StripeLiveBench.run { bench in
            bench.simulator.add(.slowBody(.milliseconds(50)), when: FaultTrigger(count: 1))
            #expect(try await bench.pay().json["status"] == "succeeded")
            bench.simulator.add(.garbageBody, when: FaultTrigger(count: 1))
            let garbage = try await bench.pay()
            #expect(garbage.status == 200)
            #expect(garbage.json == .null)
        }
    }

    @Test func `a hundred calls with one key charge once`() async throws {
        try await StripeLiveBench.run(latency: .milliseconds(5)) { bench in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<100 {
                    group.addTask(executorPreference: bench.loop) {
                        try await bench.pay(key: "same").status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.allSatisfy { $0 == 200 || $0 == 409 })
            #expect(statuses.contains(200))
            #expect(bench.simulator.book.totals["eur"]?.captured == 1_000)
            #expect(bench.simulator.book.newestFirst.map(\.keys) == [["same", "same"]])
        }
    }

    @Test func `a refused webhook comes again and is then no longer pending`() async throws {
        try await StripeLiveBench.run { bench in
            bench.receiver.refuseNext(2)
            let paid = try await bench.pay()
            await bench.receiver.received(4)
            #expect(paid.status == 200)
            #expect(
                bench.acceptedTypes.sorted() == ["charge.captured", "payment_intent.succeeded"]
            )
            while !bench.simulator.areWebhooksIdle {
                try await bench.loop.sleep(for: .milliseconds(1))
            }
            let open = try await bench.send(.get, "/v1/events?delivery_success=false")
            #expect(open.json["data"] == [])
            let done = try await bench.send(.get, "/v1/events?delivery_success=true")
            #expect(done.json["data"]?.arrayValue?.count == 2)
        }
    }

    @Test func `webhooks get lost, doubled and falsified on demand`() async throws {
        try await StripeLiveBench.run { bench in
            bench.simulator.add(.lose, when: FaultTrigger(name: "charge.captured"))
            bench.simulator.add(
                .duplicate(times: 1),
                when: FaultTrigger(name: "payment_intent.*", count: 1)
            )
            _ = try await bench.pay()
            await bench.receiver.received(2)
            #expect(
                bench.acceptedTypes == Array(repeating: "payment_intent.succeeded", count: 2)
            )
            let lost = try await bench.send(.get, "/v1/events?delivery_success=false")
            #expect(lost.json["data"]?[0]?["type"] == "charge.captured")
            bench.simulator.add(.badSignature, when: FaultTrigger(name: "payment_intent.succeeded"))
            _ = try await bench.pay()
            await bench.receiver.received(3)
            #expect(bench.receiver.receipts.last?.isGenuineStripe == false)
        }
    }

    @Test func `the clock runs out on a hold and says so`() async throws {
        try await StripeLiveBench.run { bench in
            let held = try await bench.send(
                .post,
                "/v1/payment_intents",
                [
                    "amount": "1000", "currency": "eur", "payment_method": "pm_card_visa",
                    "confirm": "true", "payment_method_types[]": "card",
                    "capture_method": "manual",
                ]
            )
            await bench.receiver.received(1)
            let clock = try await bench.control(.post, "/clock", ["advance_seconds": 604_800])
            #expect(clock.status == 200)
            await bench.receiver.received(3)
            #expect(
                bench.acceptedTypes.dropFirst().sorted()
                    == ["charge.expired", "payment_intent.canceled"]
            )
            #expect(bench.receiver.receipts.allSatisfy { $0.isFreshStripe })
            #expect(bench.simulator.book[held.id]?.released == 1_000)
        }
    }

    @Test(arguments: ["succeeded", "failed"])
    func `the authentication page leads back to the shop`(outcome: String) async throws {
        try await StripeLiveBench.run { bench in
            let waiting = try await bench.pay("pm_card_authenticationRequired")
            let url = waiting.json["next_action"]?["redirect_to_url"]?["url"]?.stringValue ?? ""
            #expect(url.hasPrefix(bench.simulator.baseURL))
            let page = try await bench.send(.get, url)
            #expect(page.status == 200)
            #expect(page.text.contains("<form method=\"post\">"))
            let done = try await bench.send(.post, url, ["outcome": outcome])
            #expect(done.status == 303)
            #expect(done.fields[.location]?.hasPrefix("https://pay.example.com/r?") == true)
            #expect(done.fields[.location]?.hasSuffix("redirect_status=\(outcome)") == true)
            let intent = try await bench.send(.get, "/v1/payment_intents/\(waiting.id)")
            let status = outcome == "succeeded" ? "succeeded" : "requires_payment_method"
            #expect(intent.json["status"]?.stringValue == status)
            #expect(try await bench.send(.post, url, ["outcome": outcome]).status == 400)
            #expect(try await bench.send(.get, url).status == 404)
        }
    }

    @Test func `a card is entered on the page and by control`() async throws {
        try await StripeLiveBench.run { bench in
            let customer = try await bench.send(.post, "/v1/customers").id
            let setup = try await bench.send(.post, "/v1/setup_intents", ["customer": customer])
            let secret = setup.json["client_secret"]?.stringValue ?? ""
            let address = "/setup/\(secret)?return_url=https://pay.example.com/saved"
            #expect(try await bench.send(.get, address).text.contains("pm_card_visa"))
            let saved = try await bench.send(.post, address, ["payment_method": "pm_card_visa"])
            #expect(saved.status == 303)
            #expect(saved.fields[.location] == "https://pay.example.com/saved")
            let other = try await bench.send(.post, "/v1/setup_intents", ["customer": customer]).id
            let entered = try await bench.control(
                .post,
                "/setup_intents/\(other)/enter_card",
                ["payment_method": "pm_card_mastercard"]
            )
            #expect(entered.status == 200)
            let cards = try await bench.send(.get, "/v1/customers/\(customer)/payment_methods")
            #expect(cards.json["data"]?.arrayValue?.count == 2)
        }
    }
}

private final class Flag: Sendable {
    private let state = Mutex(false)

    var isUp: Bool { state.withLock { $0 } }

    func raise() {
        state.withLock { $0 = true }
    }
}
