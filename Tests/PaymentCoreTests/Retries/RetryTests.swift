import PaymentCore
import TestKit
import Testing

/// Declined merchant-initiated payments under the virtual clock: planned, tried again, given up.
@Suite struct RetryTests {
    let gateway = MemoryGateway()

    private func method(fingerprint: String? = nil) async throws -> PaymentMethodID {
        let method = PaymentMethod(
            id: gateway.identifiers.make(),
            customer: nil,
            vendor: gateway.vendor.vendor,
            account: gateway.account.id,
            kind: .card,
            token: VendorToken("tok-\(gateway.identifiers.next().text)"),
            customerReference: nil,
            details: MethodDetails(brand: "visa", last4: "4242", fingerprint: fingerprint),
            isDefault: false,
            state: .active,
            createdAt: gateway.clock.now
        )
        try await gateway.store.commit(
            Changeset(methods: [.insert(method)]),
            in: gateway.tenant
        )
        return method.id
    }

    private func charge(
        _ method: PaymentMethodID,
        _ key: String = "k1",
        offSession: Bool = true,
        retry: Bool? = nil
    ) async throws -> WorkflowAnswer {
        try await gateway.workflows.createIntent(
            CreateIntent(
                amount: Money(1_000, .usd),
                captureMethod: .automatic,
                method: .card,
                methodID: method,
                offSession: offSession,
                retry: retry
            ),
            under: gateway.key(key),
            for: gateway.caller,
            in: gateway.tenant
        )
    }

    private func stored(_ answer: WorkflowAnswer) async throws -> Payment {
        let id = try #require(answer.payment?.intent.id)
        return try #require(try await gateway.store.payment(id, in: gateway.tenant))
    }

    private func events() async throws -> [EventType] {
        while try await gateway.store.publishEvents(limit: 100, in: gateway.tenant) > 0 {}
        return try await gateway.store.events(after: 0, limit: 1_000, in: gateway.tenant)
            .compactMap { EventType(rawValue: $0.event.type.rawValue) }
    }

    private static let soft = Decline(.soft, code: "do_not_honor", networkCode: "05")

    @Test func `a soft decline is tried again with a new attempt when its time has come`()
        async throws
    {
        try await gateway.set(RetryPolicy(mode: .all, softPause: .seconds(3_600)))
        gateway.vendor.failNext(.decline(Self.soft))
        let answer = try await charge(try await method())
        #expect(answer.answer.status == 402)
        guard case .planned(let plan)? = answer.payment?.intent.plans.retry?.stage else {
            Issue.record("the answer tells the plan")
            return
        }
        #expect(plan.at >= gateway.clock.now + .seconds(3_600))
        gateway.clock.advance(by: .seconds(3_500))
        try await gateway.work()
        #expect(gateway.vendor.calls == 1)
        gateway.clock.advance(by: .seconds(600))
        try await gateway.work()
        let payment = try await stored(answer)
        #expect(payment.intent.state == .captured)
        #expect(
            payment.attempts.filter { $0.operation == .authorize }.map(\.state.name) == [
                "declined", "succeeded",
            ]
        )
        #expect(payment.attempts[1].askedBy == .system)
        #expect(payment.intent.plans.retry?.stage == .recovered)
        #expect(payment.intent.plans.retry?.count == 1)
        #expect(gateway.vendor.payments.count == 1)
        #expect(try await events().contains(.retryPlanned))
        let budget = try await gateway.store.retryBudget(
            from: nil,
            before: nil,
            in: gateway.tenant
        )
        #expect(budget.map(\.state) == ["recovered"])
        #expect(budget.map(\.amount) == [1_000])
    }

    @Test func `retries end when the policy says so, and that is told`() async throws {
        try await gateway.set(RetryPolicy(mode: .all, maximumRetries: 2, softPause: .seconds(60)))
        gateway.vendor.failNext(
            .decline(Self.soft),
            .decline(Self.soft),
            .decline(Self.soft)
        )
        let answer = try await charge(try await method())
        for _ in 0..<5 {
            gateway.clock.advance(by: .seconds(120))
            try await gateway.work()
        }
        let payment = try await stored(answer)
        #expect(payment.attempts.map(\.state.name) == ["declined", "declined", "declined"])
        #expect(payment.intent.plans.retry?.stage == .refused(RetryRefusal(.exhausted)))
        #expect(payment.intent.state == .requiresPaymentMethod)
        #expect(gateway.vendor.calls == 3)
        #expect(try await events().filter { $0 == .retryExhausted }.count == 1)
        #expect(try await gateway.store.jobs(state: nil, limit: 9, in: gateway.tenant).isEmpty)
    }

    @Test func `a decline that speaks against the card stops and flags it`() async throws {
        try await gateway.set(RetryPolicy(mode: .all))
        let method = try await method()
        gateway.vendor.failNext(.decline(Decline(.fraud, code: "stolen_card")))
        let answer = try await charge(method)
        #expect(answer.payment?.intent.plans.retry?.stage == .refused(RetryRefusal(.fraud)))
        let flagged = try await gateway.store.method(method, in: gateway.tenant)
        #expect(flagged?.flag == "stolen_card")
        gateway.vendor.failNext(.decline(Self.soft))
        let again = try await charge(method, "k2")
        let reason = again.payment?.intent.plans.retry?.stage
        #expect(reason == .refused(RetryRefusal(.methodNotUsable)))
    }

    @Test func `whoever must prove who they are is asked for, not charged`() async throws {
        try await gateway.set(RetryPolicy(mode: .all))
        gateway.vendor.failNext(
            .decline(Decline(.authenticationRequired, code: "authentication_required"))
        )
        _ = try await charge(try await method())
        gateway.clock.advance(by: .seconds(10 * 86_400))
        try await gateway.work()
        #expect(gateway.vendor.calls == 1)
        #expect(try await events().contains(.customerRequired))
    }

    @Test func `a customer who is present is never charged behind their back`() async throws {
        try await gateway.set(RetryPolicy(mode: .all, softPause: .seconds(1)))
        gateway.vendor.failNext(.decline(Self.soft))
        let answer = try await charge(try await method(), offSession: false)
        gateway.clock.advance(by: .seconds(86_400))
        try await gateway.work()
        #expect(gateway.vendor.calls == 1)
        #expect(try await stored(answer).intent.plans.retry == nil)
    }

    @Test func `without a policy nothing is tried again`() async throws {
        gateway.vendor.failNext(.decline(Self.soft))
        let answer = try await charge(try await method(), retry: true)
        let stage = answer.payment?.intent.plans.retry?.stage
        #expect(stage == .refused(RetryRefusal(.notEnabled)))
        gateway.clock.advance(by: .seconds(30 * 86_400))
        try await gateway.work()
        #expect(gateway.vendor.calls == 1)
    }

    @Test func `a decline that only a look-up revealed is decided by the payment's job`()
        async throws
    {
        try await gateway.set(RetryPolicy(mode: .all, softPause: .seconds(3_600)))
        gateway.vendor.failNext(.requestLost, .decline(Self.soft))
        let answer = try await charge(try await method())
        #expect(answer.answer.status == 202)
        gateway.clock.advance(by: .seconds(5))
        try await gateway.work()
        try await gateway.work()
        guard case .planned? = try await stored(answer).intent.plans.retry?.stage else {
            Issue.record("the job decides")
            return
        }
    }

    @Test func `a vendor that is out of reach costs a retry no verdict`() async throws {
        try await gateway.set(
            RetryPolicy(mode: .all, softPause: .seconds(60), temporaryPause: .seconds(60))
        )
        gateway.vendor.failNext(.decline(Self.soft), .unreachable)
        let answer = try await charge(try await method())
        for _ in 0..<3 {
            gateway.clock.advance(by: .seconds(300))
            try await gateway.work()
        }
        #expect(try await stored(answer).intent.state == .captured)
        #expect(gateway.vendor.payments.count == 1)
    }

    @Test func `a suspended tenant's customers are not charged until it is resumed`() async throws {
        try await gateway.set(RetryPolicy(mode: .all, softPause: .seconds(60)))
        gateway.vendor.failNext(.decline(Self.soft))
        let answer = try await charge(try await method())
        gateway.tenants.set(.suspended, of: gateway.tenant)
        for _ in 0..<3 {
            gateway.clock.advance(by: .seconds(900))
            try await gateway.work()
        }
        #expect(gateway.vendor.calls == 1)
        gateway.tenants.set(.active, of: gateway.tenant)
        gateway.clock.advance(by: .seconds(900))
        try await gateway.work()
        #expect(try await stored(answer).intent.state == .captured)
    }

    @Test func `a retry whose answer is lost is looked up, never asked twice`() async throws {
        try await gateway.set(RetryPolicy(mode: .all, softPause: .seconds(60)))
        gateway.vendor.failNext(.decline(Self.soft), .answerLost)
        let answer = try await charge(try await method())
        gateway.clock.advance(by: .seconds(120))
        try await gateway.work()
        #expect(try await stored(answer).intent.state == .processing)
        gateway.clock.advance(by: .seconds(60))
        try await gateway.work()
        let payment = try await stored(answer)
        #expect(payment.intent.state == .captured)
        #expect(payment.intent.captured == 1_000)
        #expect(gateway.vendor.payments.count == 1)
    }

    @Test func `the networks' cap counts a card under all its methods`() async throws {
        try await gateway.set(RetryPolicy(mode: .all, softPause: .seconds(60)))
        for number in 0..<14 {
            gateway.vendor.failNext(.decline(Self.soft))
            _ = try await charge(
                try await method(fingerprint: "card-1"),
                "k\(number)",
                retry: false
            )
        }
        gateway.vendor.failNext(.decline(Self.soft))
        let last = try await charge(try await method(fingerprint: "card-1"), "last")
        let capped = RetryRefusal(.schemeCap, rule: "15_attempts_in_30_days")
        #expect(last.payment?.intent.plans.retry?.stage == .refused(capped))
        gateway.clock.advance(by: .seconds(31 * 86_400))
        gateway.vendor.failNext(.decline(Self.soft))
        let later = try await charge(try await method(fingerprint: "card-1"), "later")
        guard case .planned? = later.payment?.intent.plans.retry?.stage else {
            Issue.record("a month later the card may be tried again")
            return
        }
    }

    @Test func `a plan is withdrawn by its caller, or overtaken by another method`() async throws {
        try await gateway.set(RetryPolicy(mode: .all, softPause: .seconds(60)))
        gateway.vendor.failNext(.decline(Self.soft), .decline(Self.soft))
        let first = try #require(try await charge(try await method()).payment?.intent.id)
        let second = try #require(try await charge(try await method(), "k2").payment?.intent.id)
        let withdrawn = try await gateway.workflows.withdrawRetry(
            of: first,
            for: gateway.caller,
            in: gateway.tenant
        )
        #expect(withdrawn.intent.plans.retry?.stage == .refused(RetryRefusal(.withdrawn)))
        let attached = try await gateway.workflows.attachMethod(
            .card,
            try await method(),
            drawer: nil,
            to: second,
            for: gateway.caller,
            in: gateway.tenant
        )
        #expect(attached.intent.plans.retry?.stage == .idle)
        gateway.clock.advance(by: .seconds(3_600))
        try await gateway.work()
        #expect(gateway.vendor.calls == 2)
    }
}
