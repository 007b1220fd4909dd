import PaymentCore
import TestKit
import Testing

/// Operators hear of each discrepancy once, however it was found.
@Suite struct DiscrepancyTests {
    private let vendor = ScriptedVendor(BookkeepingVendor("acme"))
    private let heard = HeardDiscrepancies()
    private let gateway: MemoryGateway

    init() {
        gateway = MemoryGateway(vendor: vendor.behind, port: vendor, observer: heard)
    }

    private func held() async throws -> Payment {
        let answer = try await gateway.workflows.createIntent(
            CreateIntent(amount: Money(1_000, .usd), captureMethod: .manual, method: .card),
            under: gateway.key("pay"),
            for: gateway.caller,
            in: gateway.tenant
        )
        return try #require(answer.payment)
    }

    /// As captured by somebody else than us.
    private func captured(_ payment: Payment) -> VendorSnapshot {
        .payment(
            PaymentSnapshot(
                reference: payment.intent.reference ?? "",
                attempt: payment.attempts.first?.id,
                status: .captured,
                amount: payment.intent.amount,
                capturable: 0,
                captured: 1_000
            )
        )
    }

    private func apply(_ snapshot: VendorSnapshot, _ key: String) async throws -> WebhookResult {
        let delivery = vendor.notify(.snapshot(snapshot))
        let webhook = Webhook(
            gateway.identifiers.make(),
            key: key,
            type: "changed",
            of: gateway.account,
            receivedAt: gateway.clock.now,
            run: 1
        )
        return try await gateway.workflows.apply(webhook, delivery)
    }

    @Test func `what only a look-up finds is heard of`() async throws {
        let payment = try await held()
        let truth = captured(payment)
        vendor.say { operation in
            if case .lookUp = operation { .found(truth) } else { nil }
        }
        // The vendor is asked when the hold should be over.
        for _ in 0..<3 {
            gateway.clock.advance(by: .seconds(4 * 86_400))
            try await gateway.work()
        }
        let stored = try await gateway.store.payment(payment.intent.id, in: gateway.tenant)
        #expect(stored?.intent.captured == 1_000)
        #expect(heard.heard == [payment.intent.id.description])
    }

    @Test func `a notification that tells what is booked already is no further discrepancy`()
        async throws
    {
        let payment = try await held()
        #expect(try await apply(captured(payment), "notice-0") == .applied)
        #expect(heard.heard == [payment.intent.id.description])
        #expect(try await apply(captured(payment), "notice-1") == .applied)
        #expect(heard.heard.count == 1)
    }
}
