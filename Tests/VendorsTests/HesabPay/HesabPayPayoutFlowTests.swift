import HTTP
import JSON
import PaymentCore
import Synchronization
import TestKit
import Testing
import VendorRecordings
import Vendors

/// A refund that is a payout, under the core's workflows: two persons, several parts, answers that
/// are lost.
@Suite struct HesabPayPayoutFlowTests {
    private let wallet = Wallet()
    private let gateway: MemoryGateway

    init() {
        gateway = MemoryGateway(
            port: HesabPay.descriptor.makePort(transport: wallet),
            credentials: HesabPayPayoutTests.account.credentials
        )
    }

    /// A payment of 6,500 Afghanis; nil: HesabPay did not tell its payer's account.
    private func paid(by payer: String? = "0790000117") async throws -> IntentID {
        let answer = try await gateway.workflows.createIntent(
            CreateIntent(
                amount: HesabPayFixture.amount,
                captureMethod: .automatic,
                method: .redirect
            ),
            under: gateway.key("create"),
            for: gateway.caller,
            in: gateway.tenant
        )
        let attempt = try #require(answer.payment?.lastAttempt?.id)
        let sender = payer.map { #""sender_account":"\#($0)","# } ?? ""
        let delivery = HesabPayFixture.webhook(
            """
            {"success":true,"transaction_id":"0117","user_id":"\(attempt)",\(sender)\
            "amount":6500,"signature":"s","timestamp":"\(gateway.clock.now.seconds)"}
            """
        )
        let told = try await HesabPayFixture.deliver(delivery, to: gateway, over: wallet)
        #expect(told == .applied)
        return try #require(answer.payment?.intent.id)
    }

    private func payment(_ id: IntentID) async throws -> Payment {
        try #require(try await gateway.store.payment(id, in: gateway.tenant))
    }

    private func ask(
        _ id: IntentID,
        _ amount: Int64?,
        key: String
    ) async throws(WorkflowError) -> WorkflowAnswer {
        try await gateway.workflows.refundIntent(
            id,
            amount: amount,
            reason: nil,
            under: gateway.key(key),
            for: gateway.caller("anna"),
            in: gateway.tenant
        )
    }

    private func decide(
        _ id: IntentID,
        _ refund: Attempt,
        by person: String = "boris",
        approve: Bool = true,
        key: String
    ) async throws(WorkflowError) -> WorkflowAnswer {
        try await gateway.workflows.decideRefund(
            RefundID(refund.movement),
            of: id,
            approve: approve,
            drawer: nil,
            under: gateway.key(key),
            for: gateway.caller(person),
            in: gateway.tenant
        )
    }

    private func refund(_ answer: WorkflowAnswer) throws -> Attempt {
        try #require(answer.payment?.refunds.last)
    }

    @Test func `it waits for a second person, and is sent to the payer`() async throws {
        let id = try await paid()
        let asked = try await ask(id, 120_000, key: "r1")
        let waiting = try refund(asked)
        #expect(asked.answer.status == 200)
        #expect(waiting.state == .awaitingApproval)
        #expect(wallet.payouts.isEmpty)
        gateway.clock.advance(by: .seconds(86_400))
        try await gateway.work()
        #expect(wallet.payouts.isEmpty)
        do {
            _ = try await decide(id, waiting, by: "anna", key: "own")
            Issue.record("one person approved their own refund")
        } catch {
            #expect(error.code == .secondPersonRequired)
        }
        let done = try await decide(id, waiting, key: "a1")
        #expect(done.answer.status == 200)
        let sent = try #require(wallet.payouts.first)
        #expect(sent["account_number"] == "0790000117")
        #expect(sent["amount"] == .number("1200.00"))
        let after = try await payment(id)
        #expect(after.refunds.first?.state == .succeeded)
        #expect(after.intent.refunded == 120_000)
        #expect(after.intent.state == .partiallyRefunded)
        // Approved once, paid once.
        let again = try await decide(id, waiting, key: "a1")
        #expect(again.isReplay)
        do {
            _ = try await decide(id, waiting, by: "clara", key: "a2")
            Issue.record("a refund was decided on twice")
        } catch {
            #expect(error.code == .refused(.unexpectedState(.partiallyRefunded, .refund)))
        }
        #expect(wallet.payouts.count == 1)
    }

    @Test func `several parts never add up to more than was captured`() async throws {
        let id = try await paid()
        let first = try refund(try await ask(id, 400_000, key: "r1"))
        do {
            _ = try await ask(id, 300_000, key: "r2")
            Issue.record("more than was captured")
        } catch {
            #expect(error.code == .refused(.amountExceeds(limit: 250_000)))
        }
        _ = try await decide(id, first, key: "a1")
        let second = try refund(try await ask(id, nil, key: "r3"))
        _ = try await decide(id, second, key: "a3")
        let after = try await payment(id)
        #expect(after.intent.refunded == 650_000)
        #expect(after.intent.state == .refunded)
        #expect(wallet.payouts.map { $0["amount"] } == [.number("4000.00"), .number("2500.00")])
    }

    @Test func `turned down, it gives its sum back and nothing is sent`() async throws {
        let id = try await paid()
        let waiting = try refund(try await ask(id, nil, key: "r1"))
        _ = try await decide(id, waiting, approve: false, key: "no")
        let after = try await payment(id)
        #expect(after.refunds.first?.state == .abandoned)
        #expect(after.intent.refundReserved == 0)
        #expect(after.intent.state == .captured)
        #expect(wallet.payouts.isEmpty)
    }

    @Test func `a payer whom nobody named cannot be paid`() async throws {
        let id = try await paid(by: nil)
        do {
            _ = try await ask(id, nil, key: "r1")
            Issue.record("a refund to nobody was asked")
        } catch {
            #expect(error.code == .refused(.payerUnknown))
        }
        #expect(try await payment(id).refunds.isEmpty)
    }

    @Test func `HesabPay's no ends it`() async throws {
        let id = try await paid()
        let waiting = try refund(try await ask(id, nil, key: "r1"))
        wallet.say(#"{"success":false,"status_code":0,"message":"Insufficient balance"}"#)
        let declined = try await decide(id, waiting, key: "a1")
        #expect(declined.answer.status == 402)
        let after = try await payment(id)
        #expect(after.intent.refundReserved == 0)
        #expect(after.intent.state == .captured)
    }

    @Test func `a lost answer is never sent again: two people settle it`() async throws {
        let id = try await paid()
        let waiting = try refund(try await ask(id, 120_000, key: "r1"))
        // Long after it was asked: the age counts from the approval.
        gateway.clock.advance(by: .seconds(86_400))
        wallet.loseNext()
        let unknown = try await decide(id, waiting, key: "a1")
        #expect(unknown.answer.status == 202)
        #expect(try await payment(id).refunds.first?.isEscalated == false)
        for _ in 0..<70 {
            gateway.clock.advance(by: .seconds(15))
            try await gateway.work()
        }
        let late = try #require(try await payment(id).refunds.first)
        #expect(late.state.name == "unknown")
        #expect(late.isEscalated)
        #expect(wallet.payouts.count == 1)
        let proposed = try await gateway.workflows.proposeSettlement(
            of: late.id,
            .succeeded(reference: "0119", amount: nil),
            reason: "it stands in the dashboard",
            for: gateway.caller("anna"),
            in: gateway.tenant
        )
        let settled = try await gateway.workflows.decideSettlement(
            of: late.id,
            proposedAt: try #require(proposed.intent.plans.proposal(about: late.id)).proposedAt,
            approves: true,
            for: gateway.caller("boris"),
            in: gateway.tenant
        )
        #expect(settled.intent.refunded == 120_000)
        #expect(wallet.payouts.count == 1)
    }

    @Test func `whoever cannot tell whose approval was stored does not send`() async throws {
        let id = try await paid()
        let waiting = try refund(try await ask(id, 120_000, key: "r1"))
        gateway.store.loseCommits(.lostAfter)
        let answer = try await decide(id, waiting, key: "a1")
        #expect(answer.answer.status == 202)
        gateway.clock.advance(by: .seconds(120))
        try await gateway.work()
        #expect(try await payment(id).refunds.first?.state.name == "unknown")
        #expect(wallet.payouts.isEmpty)
    }

    @Test func `an approval that was never stored may be given again`() async throws {
        let id = try await paid()
        let waiting = try refund(try await ask(id, 120_000, key: "r1"))
        gateway.store.loseCommits(.lostBefore)
        do {
            _ = try await decide(id, waiting, key: "a1")
            Issue.record("nothing was stored")
        } catch {
            #expect(error.code == .unavailable)
        }
        _ = try await decide(id, waiting, key: "a1")
        #expect(try await payment(id).intent.refunded == 120_000)
        #expect(wallet.payouts.count == 1)
    }
}

/// HesabPay's API as far as these tests need it: it says yes unless it is told otherwise.
private final class Wallet: HTTPTransport {
    private struct State {
        var payouts: [JSONValue] = []
        var answer: String?
        var isLosing = false
    }

    private let state = Mutex(State())

    /// Every payee that money was sent to, as far as HesabPay was asked.
    var payouts: [JSONValue] { state.withLock { $0.payouts } }

    /// Its answer to the next payout.
    func say(_ answer: String) { state.withLock { $0.answer = answer } }

    func loseNext() { state.withLock { $0.isLosing = true } }

    func send(
        _ request: HTTPRequest,
        options: HTTPSendOptions
    ) async throws(HTTPTransportError) -> HTTPResponse {
        if request.url.hasSuffix("/verify-signature") { return HesabPayFixture.genuine }
        guard request.url.hasSuffix("/send-money-MultiVendor") else {
            return HesabPayFixture.answer(
                #"{"status_code":10,"success":true,"url":"https://checkout.example/s/1"}"#
            )
        }
        // Silence is right: a body that is none shows as no payout.
        let payees = (try? JSONValue.parse(request.body))?["vendors"]?.arrayValue ?? []
        let (isLost, answer) = state.withLock { state in
            state.payouts += payees
            defer { (state.isLosing, state.answer) = (false, nil) }
            return (state.isLosing, state.answer)
        }
        if isLost {
            throw HTTPTransportError(
                code: .timeout,
                message: "scripted",
                requestMayHaveReachedPeer: true
            )
        }
        let usual = #"{"status_code":10,"success":true,"transaction_id":"0119"}"#
        return HesabPayFixture.answer(answer ?? usual)
    }
}
