import HTTP
import JSON
import PaymentCore
import Synchronization
import TestKit
import Testing
import VendorRecordings
import Vendors

/// The adapter under the core's workflows: pages that are lost, left, paid late and paid twice.
@Suite struct HesabPayFlowTests {
    private let checkout = Checkout()
    private let gateway: MemoryGateway

    init() {
        gateway = MemoryGateway(
            port: HesabPay.descriptor.makePort(transport: checkout),
            credentials: HesabPayFixture.account().credentials
        )
    }

    private func create(at other: MemoryGateway? = nil) async throws -> WorkflowAnswer {
        let gateway = other ?? gateway
        return try await gateway.workflows.createIntent(
            CreateIntent(
                amount: HesabPayFixture.amount,
                captureMethod: .automatic,
                method: .redirect
            ),
            under: gateway.key("k1"),
            for: gateway.caller,
            in: gateway.tenant
        )
    }

    private func stored(_ answer: WorkflowAnswer) async throws -> Payment {
        let id = try #require(answer.payment?.intent.id)
        return try #require(try await gateway.store.payment(id, in: gateway.tenant))
    }

    /// Delivers a verified webhook and applies it.
    private func tell(
        _ attempt: AttemptID?,
        _ transaction: String,
        amount: String = "6500",
        success: Bool = true,
        to other: MemoryGateway? = nil
    ) async throws -> WebhookResult {
        let gateway = other ?? gateway
        let attempt = try #require(attempt)
        let delivery = HesabPayFixture.webhook(
            """
            {"success":\(success),"transaction_id":"\(transaction)","user_id":"\(attempt)",\
            "amount":\(amount),"signature":"\(transaction)\(success)",\
            "timestamp":"\(gateway.clock.now.seconds)"}
            """
        )
        return try await HesabPayFixture.deliver(delivery, to: gateway, over: checkout)
    }

    @Test func `a payment`() async throws {
        let answer = try await create()
        #expect(answer.answer.status == 200)
        #expect(try await stored(answer).intent.state == .requiresAction)
        let attempt = answer.payment?.lastAttempt?.id
        #expect(try await tell(attempt, "0117") == .applied)
        let payment = try await stored(answer)
        #expect(payment.intent.state == .captured)
        #expect(payment.intent.captured == 650_000)
        #expect(payment.intent.reference == "0117")
        #expect(!payment.intent.hasDiscrepancy)
        // A failure after it takes nothing back.
        _ = try await tell(attempt, "0117", success: false)
        #expect(try await stored(answer).intent.state == .captured)
    }

    @Test func `another amount is booked as told, and flagged`() async throws {
        let answer = try await create()
        _ = try await tell(answer.payment?.lastAttempt?.id, "0117", amount: "65")
        let payment = try await stored(answer)
        #expect(payment.intent.captured == 6_500)
        #expect(payment.intent.hasDiscrepancy)
    }

    @Test func `a page paid twice is booked twice and flagged`() async throws {
        let answer = try await create()
        let attempt = answer.payment?.lastAttempt?.id
        _ = try await tell(attempt, "0117")
        _ = try await tell(attempt, "0118")
        let payment = try await stored(answer)
        #expect(payment.intent.captured == 1_300_000)
        #expect(payment.intent.hasDiscrepancy)
        #expect(payment.captures.map(\.reference) == ["0117", "0118"])
    }

    @Test func `a page paid twice is given back payment by payment`() async throws {
        let wire = #"{"paths":{"refund":"/refund"}}"#
        let gateway = MemoryGateway(
            port: HesabPay.descriptor.makePort(transport: checkout),
            credentials: HesabPayFixture.account(wire: wire).credentials
        )
        let answer = try await create(at: gateway)
        let attempt = answer.payment?.lastAttempt?.id
        _ = try await tell(attempt, "0117", to: gateway)
        _ = try await tell(attempt, "0118", to: gateway)
        let id = try #require(answer.payment?.intent.id)
        for key in ["r1", "r2"] {
            _ = try await gateway.workflows.refundIntent(
                id,
                amount: 650_000,
                reason: nil,
                under: gateway.key(key),
                for: gateway.caller,
                in: gateway.tenant
            )
        }
        let payment = try #require(try await gateway.store.payment(id, in: gateway.tenant))
        #expect(payment.intent.refunded == 1_300_000)
        #expect(
            checkout.bodies.suffix(2) == [
                #"{"transaction_id":"0117","amount":6500.00}"#,
                #"{"transaction_id":"0118","amount":6500.00}"#,
            ]
        )
    }

    @Test func `a lost page is let go; paid after another it is booked and flagged`() async throws {
        checkout.loseNext()
        let lost = try await create()
        #expect(lost.answer.status == 503)
        let again = try await create()
        #expect(again.answer.status == 200)
        let attempts = try await stored(again).attempts
        #expect(attempts.map(\.state.name) == ["abandoned", "requires_action"])
        _ = try await tell(attempts[1].id, "0117")
        #expect(try await stored(again).intent.hasDiscrepancy == false)
        _ = try await tell(attempts[0].id, "0118")
        let payment = try await stored(again)
        #expect(payment.intent.captured == 1_300_000)
        #expect(payment.intent.hasDiscrepancy)
    }

    @Test func `a page whose asker died is let go by the job`() async throws {
        checkout.beforeNext { [store = gateway.store] in
            store.loseCommits(.lostBefore, .lostBefore, .lostBefore, .lostBefore)
        }
        let answer = try await create()
        #expect(answer.answer.status == 202)
        gateway.store.clearFaults()
        gateway.clock.advance(by: .seconds(120))
        try await gateway.work()
        #expect(try await stored(answer).attempts.map(\.state.name) == ["abandoned"])
        #expect(checkout.sent == 1)
    }

    @Test func `a page ends after its hour; a late payment is booked and flagged`() async throws {
        let answer = try await create()
        gateway.clock.advance(by: .seconds(3_500))
        try await gateway.work()
        #expect(try await stored(answer).intent.state == .requiresAction)
        gateway.clock.advance(by: .seconds(3_700))
        try await gateway.work()
        #expect(try await stored(answer).intent.state == .expired)
        #expect(checkout.sent == 1, "there is nothing to ask HesabPay")
        _ = try await tell(answer.payment?.lastAttempt?.id, "0117")
        let payment = try await stored(answer)
        #expect(payment.intent.state == .captured)
        #expect(payment.intent.hasDiscrepancy)
    }

    @Test func `a refused refund names what cannot be done`() async throws {
        let answer = try await create()
        _ = try await tell(answer.payment?.lastAttempt?.id, "0117")
        let id = try #require(answer.payment?.intent.id)
        let refund = try await gateway.workflows.refundIntent(
            id,
            amount: nil,
            reason: nil,
            under: gateway.key("r1"),
            for: gateway.caller,
            in: gateway.tenant
        )
        #expect(refund.answer.status == 409)
        let payment = try await stored(answer)
        guard case .rejected(let rejection) = payment.refunds.first?.state else {
            Issue.record("\(payment.refunds)")
            return
        }
        #expect(rejection.message == "hesabpay cannot refund")
        #expect(payment.intent.refundReserved == 0)
        #expect(checkout.sent == 1)
    }
}

/// HesabPay's API as far as these tests need it: every session opens, every pair is genuine.
private final class Checkout: HTTPTransport {
    private struct State {
        var bodies: [String] = []
        var isLosing = false
        var before: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// What was sent, but for signatures to be verified.
    var bodies: [String] { state.withLock { $0.bodies } }

    var sent: Int { bodies.count }

    func loseNext() { state.withLock { $0.isLosing = true } }

    func beforeNext(_ action: @escaping @Sendable () -> Void) {
        state.withLock { $0.before = action }
    }

    func send(
        _ request: HTTPRequest,
        options: HTTPSendOptions
    ) async throws(HTTPTransportError) -> HTTPResponse {
        if request.url.hasSuffix("/verify-signature") { return HesabPayFixture.genuine }
        let (isLost, action) = state.withLock { state in
            state.bodies.append(String(decoding: request.body, as: UTF8.self))
            defer { (state.isLosing, state.before) = (false, nil) }
            return (state.isLosing, state.before)
        }
        action?()
        if isLost {
            throw HTTPTransportError(
                code: .timeout,
                message: "scripted",
                requestMayHaveReachedPeer: true
            )
        }
        return HesabPayFixture.answer(
            #"{"status_code":10,"success":true,"url":"https://checkout.example/s/1"}"#
        )
    }
}
