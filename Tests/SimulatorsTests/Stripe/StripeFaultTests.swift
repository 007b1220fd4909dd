import HTTP
import JSON
import Testing

@testable import Simulators

struct StripeFaultTests {
    private var bench = StripeBench()

    enum Seen: Equatable {
        case status(Int)
        case nothing
        case garbage
    }

    struct Case: Sendable {
        let fault: CallFault
        let seen: Seen
        /// Payments made after the fault alone, and what a repeat with the same key sees.
        let made: Int
        let repeated: Int
    }

    static let cases = [
        Case(fault: .loseRequest, seen: .nothing, made: 0, repeated: 200),
        Case(fault: .loseReply, seen: .nothing, made: 1, repeated: 200),
        Case(fault: .reset(afterEffect: false), seen: .nothing, made: 0, repeated: 200),
        Case(fault: .reset(afterEffect: true), seen: .nothing, made: 1, repeated: 200),
        Case(
            fault: .fail(status: 500, afterEffect: false, isKept: false),
            seen: .status(500),
            made: 0,
            repeated: 200
        ),
        Case(
            fault: .fail(status: 502, afterEffect: true, isKept: false),
            seen: .status(502),
            made: 1,
            repeated: 200
        ),
        Case(
            fault: .fail(status: 500, afterEffect: true, isKept: true),
            seen: .status(500),
            made: 1,
            repeated: 500
        ),
        Case(fault: .lateReply(.seconds(1)), seen: .status(200), made: 1, repeated: 200),
        Case(fault: .slowBody(.seconds(1)), seen: .status(200), made: 1, repeated: 200),
        Case(fault: .rateLimit, seen: .status(429), made: 0, repeated: 200),
        Case(fault: .error(code: "anything"), seen: .status(400), made: 0, repeated: 200),
        Case(fault: .lockTimeout, seen: .status(429), made: 0, repeated: 200),
        Case(fault: .garbageBody, seen: .garbage, made: 1, repeated: 200),
        Case(fault: .htmlBody(status: 502), seen: .garbage, made: 1, repeated: 200),
        Case(fault: .emptyBody, seen: .garbage, made: 1, repeated: 200),
    ]

    @Test(arguments: cases)
    mutating func `a fault makes its effect once and a repeat tells the truth`(
        example: Case
    ) throws {
        _ = bench.machine.callFaults.add(example.fault, when: FaultTrigger(count: 1))
        let call = StripeBench.call(
            .post,
            "/v1/payment_intents",
            [
                "amount": "1000", "currency": "eur", "payment_method": "pm_card_visa",
                "payment_method_types[]": "card", "confirm": "true",
            ],
            key: "k"
        )
        let visit = bench.machine.begin(call, at: bench.now)
        let seen: Seen
        switch bench.machine.finish(visit, at: bench.now) {
        case .whole(let reply) where reply.body.first != UInt8(ascii: "{"): seen = .garbage
        case .whole(let reply): seen = .status(reply.status)
        case .slow(let reply, _), .late(let reply, _): seen = .status(reply.status)
        case .close, .reset: seen = .nothing
        }
        #expect(seen == example.seen)
        #expect(bench.machine.vendor.world.paymentIntents.count == example.made)
        #expect(try bench.send(call).status == example.repeated)
        #expect(bench.machine.vendor.world.paymentIntents.count == 1)
        #expect(bench.machine.vendor.world.book.totals["eur"]?.captured == 1_000)
    }

    /// Found by `make chaos`: an answer that was never made went out, and the simulator ended.
    @Test(arguments: [CallFault.slowBody(.seconds(1)), .lateReply(.seconds(1)), .emptyBody])
    mutating func `a lost call has no answer, whatever else would strike it`(
        other: CallFault
    ) {
        for fault in [other, .loseRequest] {
            _ = bench.machine.callFaults.add(fault, when: FaultTrigger(count: 1))
        }
        let visit = bench.machine.begin(StripeBench.call(.post, "/v1/customers"), at: bench.now)
        switch bench.machine.finish(visit, at: bench.now) {
        case .close: break
        case .reset, .whole, .late, .slow: Issue.record("there was an answer")
        }
        #expect(bench.machine.vendor.world.customers.count == 0)
    }

    @Test mutating func `an error may say whether to try again`() throws {
        _ = bench.machine.callFaults.add(
            .fail(status: 503, afterEffect: false, isKept: false, retryHint: false),
            when: FaultTrigger(count: 1)
        )
        let failed = try bench.get("/v1/account")
        #expect(failed.fields["Stripe-Should-Retry"] == "false")
        #expect(failed.error?["type"] == "api_error")
        #expect(try bench.get("/v1/account").fields["Stripe-Should-Retry"] == nil)
    }

    @Test mutating func `latency holds the effect back`() throws {
        _ = bench.machine.callFaults.add(.latency(.seconds(3)), when: FaultTrigger())
        let call = StripeBench.call(.post, "/v1/customers")
        let visit = bench.machine.begin(call, at: bench.now)
        #expect(visit.delay == .seconds(3))
        #expect(bench.machine.vendor.world.customers.count == 0)
        #expect(try bench.answer(to: visit).status == 200)
    }

    @Test mutating func `a fault strikes the calls it is meant for`() throws {
        _ = bench.machine.callFaults.add(
            .rateLimit,
            when: FaultTrigger(
                name: "payment_intents.*",
                parameters: ["metadata[attempt]": "att_1"],
                skip: 1,
                count: 2
            )
        )
        func status(_ attempt: String) throws -> Int {
            try bench.pay(1_000, ["metadata[attempt]": attempt]).status
        }
        #expect(try bench.post("/v1/customers", ["metadata[attempt]": "att_1"]).status == 200)
        #expect(try status("att_2") == 200)
        #expect(try [status("att_1"), status("att_1"), status("att_1")] == [200, 429, 429])
        #expect(try status("att_1") == 200)
    }

    @Test func `chance follows the seed`() {
        func strikes(seed: UInt64) -> [Bool] {
            var plan = FaultPlan<Int>(seed: seed)
            _ = plan.add(1, when: FaultTrigger(percent: 30))
            return (0..<1_000).map { _ in !plan.strike("x") { _ in nil }.isEmpty }
        }
        let struck = strikes(seed: 1).count { $0 }
        #expect((200...400).contains(struck))
        #expect(strikes(seed: 1) == strikes(seed: 1))
        #expect(strikes(seed: 1) != strikes(seed: 2))
    }

    @Test mutating func `the journal remembers what was asked and what went wrong`() throws {
        _ = bench.machine.callFaults.add(.rateLimit, when: FaultTrigger(count: 1))
        _ = try bench.post("/v1/customers", ["name": "4242 4242 4242 4242"], key: "k")
        _ = try bench.post("/v1/customers", ["name": "A"], key: "k")
        _ = try bench.post("/v1/customers", ["name": "A"], key: "k")
        let entries = bench.machine.journal.all
        #expect(entries.map(\.status) == [429, 200, 200])
        #expect(entries.map(\.isReplay) == [false, false, true])
        #expect(entries.map(\.operation) == Array(repeating: "customers.create", count: 3))
        #expect(entries[0].faults == [.rateLimit])
        #expect(entries[0]["name"] == "(masked)")
    }

    @Test func `the journal forgets the oldest`() {
        var journal = Journal(limit: 2)
        for status in [1, 2, 3] {
            let number = journal.add { number in
                Journal.Entry(
                    number: number,
                    at: benchStart,
                    SimulatedCall(.get, "/"),
                    BegunCall<Int>(operation: nil, .ready(0))
                )
            }
            journal.update(number) { $0.status = status }
        }
        journal.update(1) { $0.status = 99 }
        #expect(journal.all.map(\.status) == [2, 3])
        #expect(journal.count == 3)
    }
}
