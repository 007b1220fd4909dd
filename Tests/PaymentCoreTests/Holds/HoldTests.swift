import PaymentCore
import TestKit
import Testing

/// The clock of a hold: its end is known, told of, and met by the tenant's policy.
@Suite struct HoldTests {
    let gateway: MemoryGateway

    init() { gateway = MemoryGateway() }

    private init(gateway: MemoryGateway) { self.gateway = gateway }

    private func set(_ policy: HoldPolicy) async throws {
        try await gateway.store.insert(
            StoredPolicies(
                policies: Policies(hold: policy),
                version: 1,
                changedBy: .system,
                changedAt: gateway.clock.now
            ),
            in: gateway.tenant
        )
    }

    private func hold() async throws -> IntentID {
        let answer = try await gateway.workflows.createIntent(
            CreateIntent(amount: Money(1_000, .usd), captureMethod: .manual, method: .card),
            under: gateway.key("k1"),
            for: gateway.caller,
            in: gateway.tenant
        )
        return try #require(answer.payment?.intent.id)
    }

    private func stored(_ id: IntentID) async throws -> Payment {
        try #require(try await gateway.store.payment(id, in: gateway.tenant))
    }

    private func events() async throws -> [EventType] {
        while try await gateway.store.publishEvents(limit: 100, in: gateway.tenant) > 0 {}
        return try await gateway.store.events(after: 0, limit: 1_000, in: gateway.tenant)
            .compactMap { EventType(rawValue: $0.event.type.rawValue) }
    }

    private func pass(_ duration: Duration) async throws {
        gateway.clock.advance(by: duration)
        try await gateway.work()
        try await gateway.work()
    }

    @Test func `a hold without a stated end is not forgotten: it is told of after six days`()
        async throws
    {
        let id = try await hold()
        #expect(try await stored(id).intent.authorization?.expiresAt != nil)
        try await pass(.seconds(5 * 86_400))
        #expect(try await !events().contains(.holdExpiring))
        try await pass(.seconds(86_400 + 60))
        #expect(try await events().filter { $0 == .holdExpiring }.count == 1)
        try await pass(.seconds(3_600))
        #expect(try await events().filter { $0 == .holdExpiring }.count == 1)
        #expect(try await stored(id).intent.state == .authorized)
    }

    @Test(arguments: [
        (HoldPolicy.Action.capture, IntentState.captured), (.void, .voided),
    ])
    func `the policy ends a hold before it runs out`(
        action: HoldPolicy.Action,
        state: IntentState
    ) async throws {
        try await set(HoldPolicy(action: action, actBefore: .seconds(3_600)))
        let id = try await hold()
        try await pass(.seconds(6 * 86_400 + 60))
        #expect(try await stored(id).intent.state == .authorized)
        try await pass(.seconds(86_400 - 3_600))
        let payment = try await stored(id)
        #expect(payment.intent.state == state)
        #expect(payment.lastAttempt?.askedBy == .system)
        let book = try #require(gateway.vendor.payments.values.first)
        #expect(book.capturable == 0)
        #expect(book.captured == (action == .capture ? 1_000 : 0))
    }

    @Test func `an action that does not reach its vendor is tried again`() async throws {
        try await set(HoldPolicy(action: .capture, actBefore: .seconds(3_600)))
        let id = try await hold()
        try await pass(.seconds(6 * 86_400 + 60))
        gateway.vendor.failNext(.unreachable)
        try await pass(.seconds(86_400 - 3_600))
        #expect(try await stored(id).intent.state == .authorized)
        try await pass(.seconds(90))
        #expect(try await stored(id).intent.state == .captured)
    }

    @Test func `an action that recovery finds not done is done again`() async throws {
        var capabilities = BookkeepingVendor().capabilities
        capabilities.recovery = .lookUp
        capabilities.longestRequest = .seconds(5)
        let vendor = ScriptedVendor(BookkeepingVendor("acme", capabilities: capabilities))
        // As a vendor that knows its captures by their request.
        vendor.say { operation in
            if case .lookUp = operation { .notFound } else { nil }
        }
        let gateway = MemoryGateway(vendor: vendor.behind, port: vendor)
        let tests = HoldTests(gateway: gateway)
        try await tests.set(HoldPolicy(action: .capture, actBefore: .seconds(3_600)))
        let id = try await tests.hold()
        try await tests.pass(.seconds(6 * 86_400 + 60))
        vendor.behind.failNext(.requestLost)
        gateway.clock.advance(by: .seconds(86_400 - 3_600))
        try await gateway.work()
        #expect(try await tests.stored(id).lastAttempt?.state == .unknown(.timeout))
        try await tests.pass(.seconds(10))
        #expect(try await tests.stored(id).lastAttempt?.state == .notDone(.unreachable))
        try await tests.pass(.seconds(90))
        let payment = try await tests.stored(id)
        #expect(payment.intent.state == .captured)
        #expect(payment.intent.captured == 1_000)
    }

    @Test func `an action that is refused when it is asked again is told of`() async throws {
        try await set(HoldPolicy(action: .capture, actBefore: .seconds(3_600)))
        let id = try await hold()
        try await pass(.seconds(6 * 86_400 + 60))
        gateway.vendor.failNext(.requestLost, .decline(Decline(.hard, code: "no")))
        try await pass(.seconds(86_400 - 3_600))
        try await pass(.seconds(90))
        let payment = try await stored(id)
        #expect(payment.intent.state == .authorized)
        #expect(payment.intent.hasDiscrepancy)
        #expect(try await events().contains(.discrepancyFound))
    }

    @Test func `what was captured in time is left alone`() async throws {
        try await set(HoldPolicy(action: .void))
        let id = try await hold()
        _ = try await gateway.workflows.captureIntent(
            id,
            amount: nil,
            isFinal: true,
            under: gateway.key("c"),
            for: gateway.caller,
            in: gateway.tenant
        )
        try await pass(.seconds(8 * 86_400))
        #expect(try await stored(id).intent.state == .captured)
        #expect(try await !events().contains(.holdExpiring))
    }

    @Test func `an account's shorter lifetime moves the end`() async throws {
        try await set(
            HoldPolicy(lifetimes: [gateway.account.id.description: .seconds(2 * 86_400)])
        )
        let id = try await hold()
        let ends = try await stored(id).intent.authorization?.expiresAt
        #expect(ends == gateway.clock.now + .seconds(2 * 86_400))
    }

    @Test func `a clock an hour ahead ends nothing early`() async throws {
        try await set(HoldPolicy(action: .void, actBefore: .seconds(3_600)))
        let id = try await hold()
        let payment = try await stored(id)
        let plan = try #require(payment.intent.plans.hold)
        let job = Job(
            kind: .followPayment,
            subject: id.description,
            run: 1,
            epoch: 1,
            claimedAt: plan.warnAt - .seconds(1)
        )
        // The replica's own clock is past the end; the database's is not.
        gateway.clock.advance(by: .seconds(8 * 86_400))
        await gateway.workflows.run(job, in: gateway.tenant)
        #expect(try await stored(id).intent.plans.hold?.isWarned == false)
        #expect(gateway.vendor.calls == 1)
    }

    @Test(arguments: [true, false])
    func `a hold whose end its vendor alone can tell becomes a person's matter, once`(
        isOfAccount: Bool
    ) async throws {
        var capabilities = BookkeepingVendor().capabilities
        if !isOfAccount { capabilities.operations.remove(.lookUp) }
        let vendor = ScriptedVendor(
            BookkeepingVendor("acme", capabilities: capabilities),
            withholding: isOfAccount ? [.lookUp] : []
        )
        let tests = HoldTests(gateway: MemoryGateway(vendor: vendor.behind, port: vendor))
        let id = try await tests.hold()
        try await tests.pass(.seconds(6 * 86_400 + 60))
        try await tests.pass(.seconds(86_400 + 60))
        #expect(try await !tests.stored(id).intent.hasDiscrepancy, "it may still be told")
        for _ in 0..<3 {
            try await tests.pass(.seconds(86_400))
            #expect(try await tests.stored(id).intent.hasDiscrepancy)
        }
        #expect(try await tests.events().count { $0 == .discrepancyFound } == 1)
        let due = try await tests.gateway.store.claim(
            [.followPayment],
            limit: 1,
            lease: .seconds(60),
            in: tests.gateway.tenant
        )
        #expect(due.isEmpty)
        #expect(tests.gateway.vendor.calls == 1, "nobody asks what cannot be asked")
    }
}
