import PaymentCore
import TestKit
import Testing

/// The main path and its refusals, in memory.
@Suite struct MovementTests {
    let gateway = MemoryGateway()

    func create(
        _ key: String = "k1",
        amount: Int64 = 12_500,
        capture: Intent.CaptureMethod = .manual
    ) async throws -> Payment {
        let answer = try await gateway.workflows.createIntent(
            CreateIntent(amount: Money(amount, .usd), captureMethod: capture, method: .card),
            under: gateway.key(key),
            for: gateway.caller,
            in: gateway.tenant
        )
        return try #require(answer.payment)
    }

    func capture(
        _ payment: Payment,
        _ amount: Int64?,
        final isFinal: Bool = true,
        key: String
    ) async throws -> WorkflowAnswer {
        try await gateway.workflows.captureIntent(
            payment.intent.id,
            amount: amount,
            isFinal: isFinal,
            under: gateway.key(key),
            for: gateway.caller,
            in: gateway.tenant
        )
    }

    func refund(
        _ payment: Payment,
        _ amount: Int64?,
        key: String
    ) async throws -> WorkflowAnswer {
        try await gateway.workflows.refundIntent(
            payment.intent.id,
            amount: amount,
            reason: nil,
            under: gateway.key(key),
            for: gateway.caller,
            in: gateway.tenant
        )
    }

    @Test func `a hold is captured in part and refunded in part`() async throws {
        let held = try await create()
        #expect(held.intent.state == .authorized)
        #expect(held.intent.capturable == 12_500)
        let captured = try #require(try await capture(held, 5_000, key: "c").payment)
        #expect(captured.intent.state == .captured)
        #expect(captured.intent.captured == 5_000)
        #expect(captured.intent.capturable == 0)
        let refunded = try #require(try await refund(held, 2_000, key: "r").payment)
        #expect(refunded.intent.state == .partiallyRefunded)
        #expect(gateway.vendor.payments.values.map(\.captured) == [5_000])
        #expect(gateway.vendor.payments.values.map(\.refunded) == [2_000])
    }

    @Test func `several captures leave the rest held until the last`() async throws {
        let held = try await create()
        let first = try #require(try await capture(held, 5_000, final: false, key: "c1").payment)
        #expect(first.intent.state == .partiallyCaptured)
        #expect(first.intent.capturable == 7_500)
        let last = try #require(try await capture(held, 2_500, key: "c2").payment)
        #expect(last.intent.state == .captured)
        #expect(last.intent.captured == 7_500)
        #expect(last.intent.capturable == 0)
    }

    @Test func `a sale is captured with its authorization`() async throws {
        let sold = try await create(capture: .automatic)
        #expect(sold.intent.state == .captured)
        #expect(sold.captures.map(\.movedAmount) == [12_500])
    }

    @Test func `a void releases the hold`() async throws {
        let held = try await create()
        let answer = try await gateway.workflows.voidIntent(
            held.intent.id,
            reason: nil,
            under: gateway.key("v"),
            for: gateway.caller,
            in: gateway.tenant
        )
        #expect(answer.payment?.intent.state == .voided)
        await #expect(throws: WorkflowError.self) { try await capture(held, nil, key: "c") }
    }

    @Test(arguments: [12_501, 1_000_000]) func `more than the hold is refused`(
        amount: Int64
    ) async throws {
        let held = try await create()
        do {
            _ = try await capture(held, amount, key: "c")
            Issue.record("captured more than the hold")
        } catch let error as WorkflowError {
            #expect(error.code == .refused(.amountExceeds(limit: 12_500)))
        }
        #expect(gateway.vendor.payments.values.map(\.captured) == [0])
    }

    @Test func `a decline gives the intent back for another try`() async throws {
        gateway.vendor.failNext(.decline(Decline(.soft, code: "insufficient_funds")))
        let declined = try await create()
        #expect(declined.intent.state == .requiresPaymentMethod)
        #expect(declined.lastAttempt?.state.name == "declined")
        let again = try await gateway.workflows.authorizeIntent(
            declined.intent.id,
            method: nil,
            provider: nil,
            under: gateway.key("a2"),
            for: gateway.caller,
            in: gateway.tenant
        )
        #expect(again.payment?.intent.state == .authorized)
        #expect(again.payment?.attempts.count == 2)
    }

    @Test func `a reused key with another body is refused`() async throws {
        _ = try await create("same")
        do {
            _ = try await gateway.workflows.createIntent(
                CreateIntent(amount: Money(1, .usd), method: .card),
                under: gateway.key("same", body: "other"),
                for: gateway.caller,
                in: gateway.tenant
            )
            Issue.record("a key was reused")
        } catch {
            #expect(error.code == .keyReused)
        }
    }

    @Test func `the same capture asked again gets the first answer`() async throws {
        let held = try await create()
        let first = try await capture(held, 5_000, key: "c")
        let second = try await capture(held, 5_000, key: "c")
        #expect(second.isReplay)
        #expect(second.answer == first.answer)
        #expect(gateway.vendor.payments.values.map(\.captured) == [5_000])
    }

    @Test func `events of one payment are numbered without a gap`() async throws {
        let held = try await create()
        _ = try await capture(held, 5_000, key: "c")
        _ = try await refund(held, 1_000, key: "r")
        while try await gateway.store.publishEvents(limit: 2, in: gateway.tenant) > 0 {}
        let events = try await gateway.store.events(after: 0, limit: 100, in: gateway.tenant)
        #expect(events.map(\.event.sequence) == Array(1...Int64(events.count)))
        #expect(events.map(\.event.type).first == EventName(.transactionCreated))
        #expect(events.map(\.event.type).last == EventName(.transactionRefunded))
    }
}
