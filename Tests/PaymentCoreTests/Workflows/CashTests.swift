import PaymentCore
import TestKit
import Testing

@Suite struct CashTests {
    let gateway = MemoryGateway()

    func create(drawer: String?) async throws -> Payment {
        let answer = try await gateway.workflows.createIntent(
            CreateIntent(amount: Money(4_000, .usd), method: .cash, drawer: drawer),
            under: gateway.key("k-\(drawer ?? "later")"),
            for: gateway.caller,
            in: gateway.tenant
        )
        return try #require(answer.payment)
    }

    @Test func `cash in a drawer is captured at once`() async throws {
        let payment = try await create(drawer: "front-1")
        #expect(payment.intent.state == .captured)
        #expect(payment.intent.captured == 4_000)
        #expect(gateway.vendor.calls == 0)
    }

    @Test func `cash on arrival waits for its receipt`() async throws {
        let payment = try await create(drawer: nil)
        #expect(payment.intent.state == .pendingCash)
        let received = try await gateway.workflows.recordReceipt(
            of: payment.intent.id,
            amount: 4_000,
            drawer: "front-1",
            under: gateway.key("rc"),
            for: gateway.caller,
            in: gateway.tenant
        )
        #expect(received.payment?.intent.state == .captured)
    }

    @Test func `a cash refund needs a second person`() async throws {
        let payment = try await create(drawer: "front-1")
        let asked = try await gateway.workflows.requestCashRefund(
            payment.intent.id,
            amount: 1_500,
            reason: nil,
            under: gateway.key("rq"),
            for: gateway.caller("anna"),
            in: gateway.tenant
        )
        let refund = try #require(asked.payment?.refunds.first)
        #expect(refund.state == .awaitingApproval)
        #expect(asked.payment?.intent.refunded == 0)
        let id = RefundID(refund.movement)
        do {
            _ = try await gateway.workflows.decideRefund(
                id,
                of: payment.intent.id,
                approve: true,
                drawer: nil,
                under: gateway.key("ap1"),
                for: gateway.caller("anna"),
                in: gateway.tenant
            )
            Issue.record("one person approved their own refund")
        } catch {
            #expect(error.code == .secondPersonRequired)
        }
        let paid = try await gateway.workflows.decideRefund(
            id,
            of: payment.intent.id,
            approve: true,
            drawer: nil,
            under: gateway.key("ap2"),
            for: gateway.caller("boris"),
            in: gateway.tenant
        )
        #expect(paid.payment?.intent.state == .partiallyRefunded)
        #expect(paid.payment?.intent.refunded == 1_500)
    }

    @Test func `a refund turned down gives the reservation back`() async throws {
        let payment = try await create(drawer: "front-1")
        let asked = try await gateway.workflows.requestCashRefund(
            payment.intent.id,
            amount: nil,
            reason: nil,
            under: gateway.key("rq"),
            for: gateway.caller("anna"),
            in: gateway.tenant
        )
        let refund = try #require(asked.payment?.refunds.first)
        let denied = try await gateway.workflows.decideRefund(
            RefundID(refund.movement),
            of: payment.intent.id,
            approve: false,
            drawer: nil,
            under: gateway.key("no"),
            for: gateway.caller("boris"),
            in: gateway.tenant
        )
        #expect(denied.payment?.intent.state == .captured)
        #expect(denied.payment?.intent.refundReserved == 0)
    }
}
