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
}
