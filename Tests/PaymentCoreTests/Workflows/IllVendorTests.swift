import PaymentCore
import TestKit
import Testing

/// Vendors that fall ill and get well, as payments see them.
@Suite struct IllVendorTests {
    let gateway = MemoryGateway(others: [BookkeepingVendor("bolt")], watchesHealth: true)
    var bolt: MerchantAccount { gateway.accounts[1] }

    func pay(
        _ key: String,
        provider: VendorID? = nil
    ) async throws(WorkflowError) -> WorkflowAnswer {
        try await gateway.workflows.createIntent(
            CreateIntent(amount: Money(1_000, .usd), method: .card, provider: provider),
            under: gateway.key(key),
            for: gateway.caller,
            in: gateway.tenant
        )
    }

    /// The vendor is dead: every call fails before it is sent.
    func kill(calls: Int = 5) async throws {
        for _ in 0..<calls { gateway.vendor.failNext(.unreachable) }
        for number in 0..<calls {
            #expect(try await pay("dead \(number)").answer.status == 503)
        }
        try await gateway.watched.synchronize()
    }

    var state: HealthReading.State {
        gateway.watched.reading(of: gateway.account.id, at: gateway.clock.now).state
    }

    @Test func `a dead vendor is left within one window, and new payments go to the next`()
        async throws
    {
        try await gateway.route(cascading: false)
        try await kill()
        #expect(state == .open)
        let calls = gateway.vendor.calls
        for number in 0..<20 {
            let answer = try await pay("after \(number)")
            #expect(answer.payment?.intent.account == bolt.id)
        }
        #expect(gateway.vendor.calls == calls, "it is not called")
    }

    @Test func `declines make nobody ill`() async throws {
        try await gateway.route(cascading: false)
        for number in 0..<30 {
            gateway.vendor.failNext(.decline(Decline(.soft, code: "insufficient_funds")))
            #expect(try await pay("poor \(number)").answer.status == 402)
        }
        #expect(state == .closed)
    }

    @Test func `after the pause one payment tries, and all others stay away`() async throws {
        try await gateway.route(cascading: false)
        try await kill()
        gateway.clock.advance(by: .seconds(31))
        let calls = gateway.vendor.calls
        gateway.vendor.failNext(.requestLost)
        let probe = try await pay("probe")
        #expect(probe.answer.status == 202, "the try was lost: neither success nor failure")
        #expect(gateway.vendor.calls == calls + 1)
        #expect(state == .open, "a try that fails opens it again")
        try await gateway.watched.synchronize()
        #expect(try await pay("next").payment?.intent.account == bolt.id)

        gateway.clock.advance(by: .seconds(61))
        let back = try await pay("back")
        #expect(back.payment?.intent.account == gateway.account.id)
        #expect(state == .closed)
        try await gateway.watched.synchronize()
        #expect(try await pay("well").payment?.intent.account == gateway.account.id)
    }

    @Test func `two processes share the breaker, and one of them tries`() async throws {
        try await gateway.route(cascading: false)
        try await kill()
        let elsewhere = WatchedHealth(
            board: HealthBoard(),
            store: gateway.health,
            clock: gateway.clock
        )
        try await elsewhere.synchronize()
        let id = gateway.account.id
        #expect(elsewhere.reading(of: id, at: gateway.clock.now).state == .open)
        gateway.clock.advance(by: .seconds(31))
        #expect(elsewhere.reading(of: id, at: gateway.clock.now).admission == .probe)
        #expect(await elsewhere.takeProbe(of: id))
        #expect(await gateway.watched.takeProbe(of: id) == false)
        #expect(try await pay("meanwhile").payment?.intent.account == bolt.id)
        // The process that tries dies; its lease ends, and the next one may.
        gateway.clock.advance(by: .seconds(61))
        #expect(try await pay("heir").payment?.intent.account == id)
        try await gateway.watched.synchronize()
        try await elsewhere.synchronize()
        #expect(elsewhere.reading(of: id, at: gateway.clock.now).state == .closed)
    }

    @Test func `without another candidate the payment is refused before anything is asked`()
        async throws
    {
        try await kill()
        let calls = gateway.vendor.calls
        do {
            _ = try await pay("refused")
            Issue.record("an ill vendor took a payment")
        } catch {
            #expect(error.code == .vendorsIll(retryAfter: .seconds(30)))
        }
        #expect(gateway.vendor.calls == calls)
        do {
            _ = try await pay("named", provider: gateway.vendor.vendor)
            Issue.record("an ill vendor took a payment that named it")
        } catch {
            #expect(error.code == .vendorsIll(retryAfter: .seconds(30)))
        }
        gateway.clock.advance(by: .seconds(31))
        let answer = try await pay("refused")
        #expect(answer.payment?.intent.state == .authorized, "the same key may be used again")
    }

    @Test func `a payment that did not reach its vendor gets the try under its own key`()
        async throws
    {
        try await kill()
        gateway.clock.advance(by: .seconds(31))
        let answer = try await pay("dead 0")
        #expect(answer.payment?.intent.state == .authorized)
        #expect(state == .closed)
    }

    @Test func `an authorization that did not reach its vendor gets it too`() async throws {
        gateway.vendor.failNext(.unreachable)
        #expect(try await pay("create").answer.status == 503)
        let id = try #require(gateway.store.intents(of: gateway.tenant).first)
        func authorize() async throws -> WorkflowAnswer {
            try await gateway.workflows.authorizeIntent(
                id,
                method: nil,
                provider: nil,
                under: gateway.key("authorize"),
                for: gateway.caller,
                in: gateway.tenant
            )
        }
        gateway.vendor.failNext(.unreachable)
        #expect(try await authorize().answer.status == 503)
        try await kill(calls: 3)
        #expect(state == .open)
        gateway.clock.advance(by: .seconds(31))
        #expect(try await authorize().payment?.intent.state == .authorized)
    }

    @Test func `who asks nobody leaves the try to who does`() async throws {
        let answered = try await pay("answered")
        try await kill(calls: 4)
        gateway.clock.advance(by: .seconds(31))
        #expect(try await pay("answered").answer == answered.answer)
        let draft = try await gateway.workflows.createIntent(
            CreateIntent(
                amount: Money(1_000, .usd),
                method: .card,
                provider: gateway.vendor.vendor,
                confirm: false
            ),
            under: gateway.key("draft"),
            for: gateway.caller,
            in: gateway.tenant
        )
        #expect(draft.payment?.intent.state == .requiresPaymentMethod)
        #expect(state == .open)
        #expect(try await pay("new").payment?.intent.state == .authorized)
    }

    @Test func `what is bound to an ill vendor still calls it`() async throws {
        let held = try #require(try await pay("held").payment)
        try await kill(calls: 4)
        #expect(state == .open)
        let captured = try await gateway.workflows.captureIntent(
            held.intent.id,
            amount: nil,
            isFinal: true,
            under: gateway.key("capture"),
            for: gateway.caller,
            in: gateway.tenant
        )
        #expect(captured.payment?.intent.state == .captured)
        #expect(state == .open, "that proves nothing for new payments")
    }

    @Test func `while the rows cannot be reached each process goes by what it knows`() async throws
    {
        try await gateway.route(cascading: false)
        gateway.health.goDown(true)
        for _ in 0..<5 { gateway.vendor.failNext(.unreachable) }
        for number in 0..<5 { _ = try await pay("dead \(number)") }
        await #expect(throws: StoreError.self) { try await gateway.watched.synchronize() }
        #expect(try await pay("next").payment?.intent.account == bolt.id)
        gateway.health.goDown(false)
        try await gateway.watched.synchronize()
        #expect(try await gateway.health.breakers(changedWithin: .zero).map(\.state) == [.open])
    }

    @Test func `every change is told once, in order, whoever tells it`() async throws {
        try await gateway.route(cascading: false)
        try await kill()
        gateway.clock.advance(by: .seconds(31))
        _ = try await pay("probe")
        try await gateway.watched.synchronize()
        let waiting = try await gateway.health.unannounced(limit: 10)
        #expect(waiting.map(\.state) == [.open, .halfOpen, .closed])
        #expect(try await gateway.workflows.announceHealth(from: gateway.health) == 3)
        // One that died after telling left its changes: they are told no second time.
        let again = RepeatedChanges(changes: waiting)
        #expect(try await gateway.workflows.announceHealth(from: again) == 0)
        while try await gateway.store.publishEvents(limit: 100, in: gateway.tenant) > 0 {}
        let events = try await gateway.store.events(after: 0, limit: 100, in: gateway.tenant)
            .map(\.event).filter { $0.type == .adapterHealthChanged }
        #expect(events.map(\.sequence) == [1, 2, 3])
        #expect(Set(events.map(\.aggregate)) == [gateway.account.id.description])
    }
}

/// Changes that were told and never forgotten.
private struct RepeatedChanges: HealthStore {
    let changes: [HealthTransition]

    func breakers(changedWithin _: Duration) async throws(StoreError) -> [StoredBreaker] { [] }
    func write(
        _: BreakerChange,
        of _: MerchantAccountID
    ) async throws(StoreError) -> Int64? { nil }
    func takeProbe(
        of _: MerchantAccountID,
        lease _: Duration
    ) async throws(StoreError) -> Int64? { nil }
    func unannounced(limit _: Int) async throws(StoreError) -> [HealthTransition] { changes }
    func announced(_: HealthTransition) async throws(StoreError) {}
}
