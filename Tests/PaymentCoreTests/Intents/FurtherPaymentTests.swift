import PaymentCore
import TestKit
import Testing

/// Money beside the payment that holds: it is booked where it was taken, and the hold stays.
@Suite struct FurtherPaymentTests {
    private let facts = UnforeseenFactTests()

    /// ``UnforeseenFactTests/overtaken()``, committed; then the newer try has taken the money, too.
    private func paidBeside() throws -> (Payment, older: Attempt, announced: Transfer) {
        var (payment, newer, older) = try facts.overtaken()
        let announced = try #require(payment.transfers().first)
        let receipt = VendorReceipt(reference: "NEW")
        payment.answer(
            newer,
            with: .declined(Decline(.soft, code: "page_left"), receipt),
            capture: facts.asking
        )
        payment = Payment(stored: payment.intent, attempts: payment.attempts)
        payment.observe(facts.shown(.captured, "NEW", captured: 1_000), facts.asking)
        return (payment, try #require(payment.attempt(older)), announced)
    }

    @Test func `money beside a hold leaves the hold, in the books as well`() throws {
        var (payment, older, announced) = try paidBeside()
        #expect(payment.intent.captured == 1_000)
        #expect(payment.intent.capturable == 1_000)
        #expect(payment.intent.state == .partiallyCaptured)
        let taken = try #require(payment.transfers().first)
        #expect(payment.transfers().count == 1)
        #expect(taken.phase == .posted(pending: nil))
        #expect(taken.debit.owner == payment.captures.last?.account?.description)
        #expect(taken.debit.owner != older.account?.description)
        #expect(taken.credit.kind == .merchantBalance)
        payment = Payment(stored: payment.intent, attempts: payment.attempts)

        var captured = payment
        captured.observe(facts.shown(.captured, "OLD", captured: 1_000), facts.asking)
        #expect(captured.intent.captured == 2_000)
        #expect(captured.intent.capturable == 0)
        let passed = captured.transfers()
        #expect(passed.map(\.phase.ended) == [announced.id, nil])
        #expect(passed.map(\.amount) == [1_000, 1_000])
        #expect(passed.first?.debit == announced.debit)
        #expect(passed.last?.debit.owner == older.account?.description)
        captured.observe(facts.shown(.captured, "OLD", captured: 1_000), facts.asking)
        #expect(captured.intent.captured == 2_000)

        var asked = payment
        try asked.askCapture(facts.asking, amount: nil, isFinal: true, capabilities: facts.able)
        #expect(asked.lastAttempt?.account == older.account)

        let isAsked = try payment.askVoid(facts.asking, reason: nil, capabilities: facts.able)
        #expect(isAsked)
        payment.observe(facts.shown(.voided, "OLD"), facts.asking)
        #expect(payment.intent.capturable == 0)
        #expect(payment.intent.state == .captured)
    }

    @Test func `a hold beside money runs out by itself`() throws {
        var (payment, _, _) = try paidBeside()
        payment.observe(facts.shown(.authorized, "OLD", capturable: 1_000), facts.asking)
        #expect(payment.intent.capturable == 1_000)
        payment.observe(facts.shown(.expired, "OLD"), facts.asking)
        #expect(payment.intent.capturable == 0)
        #expect(payment.intent.captured == 1_000)
    }

    @Test func `a second hold that is captured at last is booked beside the first`() throws {
        var (payment, newer, _) = try facts.overtaken()
        payment.answer(newer, with: facts.held("NEW"), capture: facts.asking)
        payment = Payment(stored: payment.intent, attempts: payment.attempts)
        let isNews = payment.observe(
            facts.shown(.authorized, "NEW", capturable: 1_000),
            facts.asking
        )
        #expect(!isNews, "a person has heard of it")
        for sum in [400, 1_000, 1_000] as [Int64] {
            payment.observe(facts.shown(.captured, "NEW", captured: sum), facts.asking)
            #expect(payment.intent.captured == sum)
            #expect(payment.intent.capturable == 1_000)
        }
    }

    @Test(arguments: [true, false])
    func `a capture told by itself is of the payment that it names`(isOpen: Bool) throws {
        var (payment, newer, _) = try facts.overtaken()
        if !isOpen { payment.answer(newer, with: .abandoned(.timeout), capture: facts.asking) }
        try payment.askCapture(facts.asking, amount: 1_000, isFinal: true, capabilities: facts.able)
        let own = try #require(payment.lastAttempt).id
        let told = MovementSnapshot(
            .capture,
            reference: "CAP",
            paymentReference: "NEW",
            attempt: newer,
            status: .succeeded,
            amount: Money(1_000, .usd)
        )
        for _ in 0..<2 { payment.observe(.movement(told), facts.asking) }
        #expect(payment.attempt(own)?.state == .asked, "it is none of the holder's")
        #expect(payment.intent.captured == 1_000)
        #expect(payment.intent.capturable == 1_000)
        #expect(payment.captures.last?.vendor == facts.bolt)
        #expect(payment.captures.last?.reference == "CAP")
    }
}
