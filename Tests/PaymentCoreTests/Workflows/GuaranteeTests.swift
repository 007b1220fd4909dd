import PaymentCore
import TestKit
import Testing

/// Stored methods that guarantee a cash payment, asked for step by step.
@Suite struct GuaranteeTests {
    private func create(
        _ gateway: MemoryGateway,
        _ guarantee: PaymentMethodID,
        captureMethod: Intent.CaptureMethod? = nil,
        drawer: String? = nil
    ) async throws -> Payment {
        let answer = try await gateway.workflows.createIntent(
            CreateIntent(
                amount: Money(40_000, .usd),
                captureMethod: captureMethod,
                method: .cash,
                drawer: drawer,
                guarantee: guarantee
            ),
            under: gateway.key("create"),
            for: gateway.caller,
            in: gateway.tenant
        )
        return try #require(answer.payment)
    }

    private func authorize(
        _ gateway: MemoryGateway,
        _ payment: Payment,
        method: (kind: MethodKind, id: PaymentMethodID?)? = nil
    ) async throws -> Payment {
        let answer = try await gateway.workflows.authorizeIntent(
            payment.intent.id,
            method: method,
            provider: nil,
            under: gateway.key("authorize"),
            for: gateway.caller,
            in: gateway.tenant
        )
        return try #require(answer.payment)
    }

    @Test(arguments: [MethodKind.card, .wallet])
    func `a guarantee is held without its payer, and only what is due is taken of it`(
        kind: MethodKind
    ) async throws {
        let gateway = MemoryGateway(vendor: .taking([.card, .wallet]))
        let expected = try await create(gateway, try await gateway.storedCard(kind))
        #expect(expected.intent.state == .pendingCash)
        let held = try await authorize(gateway, expected)
        #expect(held.intent.state == .authorized)
        #expect(held.intent.method.kind == kind)
        #expect(held.intent.captured == 0)
        #expect(gateway.vendor.payments.values.map(\.isOffSession) == [true])
        let answer = try await gateway.workflows.captureIntent(
            held.intent.id,
            amount: 3_000,
            isFinal: true,
            under: gateway.key("capture"),
            for: gateway.caller,
            in: gateway.tenant
        )
        #expect(answer.payment?.intent.captured == 3_000)
        #expect(answer.payment?.intent.capturable == 0)
    }

    @Test func `whoever says so takes the whole of a guarantee at once`() async throws {
        let gateway = MemoryGateway(vendor: .taking([.card]) { $0.manualCapture = false })
        let card = try await gateway.storedCard()
        let expected = try await create(gateway, card, captureMethod: .automatic)
        #expect(expected.intent.state == .pendingCash)
        #expect(try await authorize(gateway, expected).intent.captured == 40_000)
    }

    @Test func `cash that is there is taken, whatever guarantees it`() async throws {
        let gateway = MemoryGateway()
        let card = try await gateway.storedCard()
        let paid = try await create(gateway, card, drawer: "front-1")
        #expect(paid.intent.state == .captured)
        #expect(gateway.vendor.calls == 0)
    }

    @Test func `a guest who pays at the desk by page is there`() async throws {
        let gateway = MemoryGateway()
        let expected = try await create(gateway, try await gateway.storedCard())
        let paid = try await authorize(gateway, expected, method: (.card, nil))
        #expect(paid.intent.state == .authorized)
        #expect(gateway.vendor.payments.values.map(\.isOffSession) == [false])
    }

    @Test func `a guarantee that is declined is tried again as the policy says`() async throws {
        let gateway = MemoryGateway()
        try await gateway.set(RetryPolicy(mode: .all, softPause: .seconds(3_600)))
        let expected = try await create(gateway, try await gateway.storedCard())
        gateway.vendor.failNext(.decline(Decline(.soft, code: "do_not_honor")))
        let declined = try await authorize(gateway, expected)
        guard case .planned? = declined.intent.plans.retry?.stage else {
            Issue.record("\(String(describing: declined.intent.plans.retry?.stage))")
            return
        }
        gateway.clock.advance(by: .seconds(7_200))
        try await gateway.work()
        let held = try await gateway.store.payment(expected.intent.id, in: gateway.tenant)
        #expect(held?.intent.state == .authorized)
        #expect(gateway.vendor.payments.values.map(\.isOffSession) == [true])
    }

    @Test(arguments: [
        (
            Refusal.Unsupported.manualCapture,
            BookkeepingVendor.taking([.card]) { $0.manualCapture = false }
        ),
        (.offSession, .taking([.card]) { $0.offSession = false }),
        (.methodKind, .taking([.redirect])),
        (.currency, .taking([.card]) { $0.currencies = ["UZS"] }),
    ])
    func `a guarantee that could not be held is refused at once`(
        obstacle: Refusal.Unsupported,
        vendor: BookkeepingVendor
    ) async throws {
        let gateway = MemoryGateway(vendor: vendor)
        let card = try await gateway.storedCard()
        do {
            _ = try await create(gateway, card)
            Issue.record("it was taken for a guarantee")
        } catch let error as WorkflowError {
            #expect(error.code == .refused(.notSupported(obstacle)))
        }
        #expect(gateway.store.intents(of: gateway.tenant).isEmpty)
    }
}
