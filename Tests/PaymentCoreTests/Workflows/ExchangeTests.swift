import PaymentCore
import TestKit
import Testing

/// Payments at an account that settles in another currency.
@Suite struct ExchangeTests {
    let gateway = MemoryGateway(settlement: .eur)

    private func record(_ text: String, age: Duration) async throws {
        let rate = QuotedRate(
            base: .usd,
            quote: .eur,
            rate: try #require(ExchangeRate(text)),
            source: "central bank",
            quotedAt: gateway.clock.now - age
        )
        try await gateway.store.recordRates([rate], in: gateway.tenant)
    }

    private func create(_ key: String) async throws -> Payment {
        let answer = try await gateway.workflows.createIntent(
            CreateIntent(amount: Money(10_000, .usd), captureMethod: .manual, method: .card),
            under: gateway.key(key),
            for: gateway.caller,
            in: gateway.tenant
        )
        return try #require(answer.payment)
    }

    @Test func `the youngest rate is frozen with the authorization, with its source and time`()
        async throws
    {
        try await record("0.90", age: .seconds(7_200))
        try await record("0.92", age: .seconds(60))
        let quoted = gateway.clock.now - .seconds(60)
        let payment = try await create("k")
        let fx = try #require(payment.intent.fx)
        #expect(fx.rate.rate.text == "0.92")
        #expect(fx.rate.source == "central bank")
        #expect(fx.rate.quotedAt == quoted)
        #expect(fx.settlementAmount == Money(9_200, .eur))
        // What is quoted later changes nothing of it.
        try await record("0.50", age: .zero)
        let stored = try await gateway.store.payment(payment.intent.id, in: gateway.tenant)
        #expect(stored?.intent.fx == fx)
    }

    @Test(arguments: [nil, Duration.seconds(86_401)])
    func `without a rate that is young enough nothing is asked of the vendor`(
        age: Duration?
    ) async throws {
        if let age { try await record("0.92", age: age) }
        do {
            _ = try await create("k")
            Issue.record("it was authorized without a rate")
        } catch let error as WorkflowError {
            guard case .rateMissing(let base, let quote) = error.code else { throw error }
            #expect(base == .usd)
            #expect(quote == .eur)
        }
        #expect(gateway.vendor.payments.isEmpty)
        // A rate makes the same request good.
        try await record("0.92", age: .zero)
        #expect(try await create("k").intent.state == .authorized)
    }

    @Test func `a route goes on to the next account when the first has no rate`() async throws {
        let second = BookkeepingVendor("second")
        let gateway = MemoryGateway(others: [second], settlement: .eur)
        try await gateway.route(cascading: false)
        let answer = try await gateway.workflows.createIntent(
            CreateIntent(amount: Money(10_000, .usd), method: .card),
            under: gateway.key("k"),
            for: gateway.caller,
            in: gateway.tenant
        )
        let intent = try #require(answer.payment?.intent)
        #expect(intent.state == .authorized)
        #expect(intent.account == gateway.accounts[1].id)
        #expect(intent.fx == nil)
        #expect(gateway.vendor.calls == 0)
    }

    @Test func `a retry waits for a rate`() async throws {
        try await gateway.set(RetryPolicy(mode: .all, softPause: .seconds(2 * 86_400)))
        try await record("0.92", age: .zero)
        gateway.vendor.failNext(.decline(Decline(.soft, code: "do_not_honor")))
        let answer = try await gateway.workflows.createIntent(
            CreateIntent(
                amount: Money(10_000, .usd),
                method: .card,
                methodID: try await gateway.storedCard(),
                offSession: true
            ),
            under: gateway.key("k"),
            for: gateway.caller,
            in: gateway.tenant
        )
        let id = try #require(answer.payment?.intent.id)
        func planned() async throws -> Bool {
            let payment = try await gateway.store.payment(id, in: gateway.tenant)
            guard case .planned? = payment?.intent.plans.retry?.stage else { return false }
            return true
        }
        gateway.clock.advance(by: .seconds(3 * 86_400))
        try await gateway.work()
        #expect(try await planned(), "the rate is too old, which is not the payment's fault")
        try await record("0.93", age: .zero)
        gateway.clock.advance(by: .seconds(2 * 3_600))
        try await gateway.work()
        let paid = try await gateway.store.payment(id, in: gateway.tenant)
        #expect(paid?.intent.state == .authorized)
        #expect(paid?.intent.fx?.rate.rate.text == "0.93")
    }
}
