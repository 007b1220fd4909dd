import PaymentCore
import TestKit
import Testing

/// Vendors without keys that work on a request for longer than we wait for its answer, and show
/// the payment as it stood until they are done.
@Suite struct SlowVendorTests {
    let vendor: ScriptedVendor
    let gateway: MemoryGateway

    init() {
        var capabilities = BookkeepingVendor().capabilities
        capabilities.recovery = .lookUp
        capabilities.longestRequest = .seconds(300)
        vendor = ScriptedVendor(BookkeepingVendor("acme", capabilities: capabilities))
        gateway = MemoryGateway(vendor: vendor.behind, port: vendor)
    }

    /// A refund that the vendor is still at work on, and that is not shown before it is done.
    private func slowRefund() async throws -> (Payment, VendorOperation) {
        let answer = try await gateway.workflows.createIntent(
            CreateIntent(amount: Money(1_000, .usd), captureMethod: .automatic, method: .card),
            under: gateway.key("pay"),
            for: gateway.caller,
            in: gateway.tenant
        )
        let id = try #require(answer.payment?.intent.id)
        vendor.behind.failNext(.requestLost)
        let refund = try await gateway.workflows.refundIntent(
            id,
            amount: 1_000,
            reason: nil,
            under: gateway.key("refund"),
            for: gateway.caller,
            in: gateway.tenant
        )
        #expect(refund.answer.status == 202)
        let payment = try #require(refund.payment)
        let attempt = try #require(payment.lastAttempt)
        let asked = VendorOperation.Refund(
            refund: RefundID(attempt.movement),
            attempt: attempt.id,
            paymentReference: try #require(payment.intent.reference),
            amount: payment.intent.amount,
            reason: nil
        )
        return (payment, .refund(asked))
    }

    private func stored(_ payment: Payment) async throws -> Payment {
        try #require(try await gateway.store.payment(payment.intent.id, in: gateway.tenant))
    }

    /// Follows the payment for so long.
    private func follow(for seconds: Int64) async throws {
        for _ in 0..<(seconds / 2) {
            gateway.clock.advance(by: .seconds(2))
            try await gateway.work()
        }
    }

    @Test func `a refund that is done after our call ended is found out, not given up`()
        async throws
    {
        let (payment, refund) = try await slowRefund()
        try await follow(for: 200)
        let waiting = try await stored(payment)
        #expect(waiting.lastAttempt?.state == .unknown(.timeout))
        #expect(waiting.intent.refundReserved == 1_000)
        vendor.behind.carryOut(refund)
        try await follow(for: 200)
        let done = try await stored(payment)
        #expect(done.intent.refunded == 1_000)
        #expect(done.lastAttempt?.state == .succeeded)
        #expect(!done.intent.hasDiscrepancy)
    }

    @Test func `a refund that never arrived is not done once it cannot run any more`()
        async throws
    {
        let (payment, _) = try await slowRefund()
        try await follow(for: 500)
        let given = try await stored(payment)
        #expect(given.lastAttempt?.state == .notDone(.unreachable))
        #expect(given.intent.refundReserved == 0)
        #expect(!given.intent.hasDiscrepancy, "no person was needed")
    }

    private enum Silence: CaseIterable {
        /// What the vendor shows knows nothing of it.
        case inLookUps
        /// The vendor cannot be asked.
        case ofVendor
        /// This account of it cannot ask.
        case ofAccount
    }

    /// A gateway whose vendor accepts a capture and never tells of it, and the hold that it is of.
    private func untoldCapture(_ silence: Silence) async throws -> (MemoryGateway, IntentID) {
        var capabilities = BookkeepingVendor().capabilities
        if silence == .ofVendor { capabilities.operations.remove(.lookUp) }
        let vendor = ScriptedVendor(
            BookkeepingVendor("acme", capabilities: capabilities),
            withholding: silence == .ofAccount ? [.lookUp] : []
        )
        vendor.say { operation in
            switch operation {
            case .capture: .pending(VendorReceipt(reference: "c"))
            case .lookUp where silence != .inLookUps: .unknown(.unrecognizedStatus)
            case .authorize, .void, .refund, .complete, .lookUp: nil
            }
        }
        let gateway = MemoryGateway(vendor: vendor.behind, port: vendor)
        let held = try await gateway.workflows.createIntent(
            CreateIntent(amount: Money(1_000, .usd), captureMethod: .manual, method: .card),
            under: gateway.key("hold"),
            for: gateway.caller,
            in: gateway.tenant
        )
        let id = try #require(held.payment?.intent.id)
        _ = try await gateway.workflows.captureIntent(
            id,
            amount: nil,
            isFinal: true,
            under: gateway.key("capture"),
            for: gateway.caller,
            in: gateway.tenant
        )
        return (gateway, id)
    }

    @Test(arguments: Silence.allCases)
    private func `a capture that was accepted and is never told of becomes a person's matter`(
        silence: Silence
    ) async throws {
        let (gateway, id) = try await untoldCapture(silence)
        for hour in stride(from: 7, through: 84, by: 7) {
            gateway.clock.advance(by: .seconds(7 * 3_600))
            try await gateway.work()
            let payment = try #require(try await gateway.store.payment(id, in: gateway.tenant))
            #expect(payment.lastAttempt?.state == .pending)
            #expect(payment.lastAttempt?.isEscalated == (hour >= 72), "after \(hour) hours")
            #expect(payment.intent.hasDiscrepancy == (hour >= 72))
        }
    }

    @Test(arguments: [Settlement.Verdict.succeeded(reference: "c", amount: nil), .notDone])
    func `two people settle it then, and not before`(verdict: Settlement.Verdict) async throws {
        let (gateway, id) = try await untoldCapture(.ofVendor)
        let accepted = try await gateway.store.payment(id, in: gateway.tenant)
        let attempt = try #require(accepted?.lastAttempt?.id)
        func unknowns() async throws -> [UnknownAttempt] {
            try await gateway.store.unknowns(after: nil, limit: 9, in: gateway.tenant).elements
        }
        func propose() async throws(WorkflowError) -> Payment {
            try await gateway.workflows.proposeSettlement(
                of: attempt,
                verdict,
                reason: "it stands in the dashboard",
                for: gateway.caller("anna"),
                in: gateway.tenant
            )
        }
        #expect(try await unknowns().isEmpty)
        let early = await #expect(throws: WorkflowError.self) { try await propose() }
        #expect(early?.code == .refused(.unexpectedState(.authorized, .capture)))
        for _ in 0..<12 {
            gateway.clock.advance(by: .seconds(7 * 3_600))
            try await gateway.work()
        }
        #expect(try await unknowns().map(\.attempt.id) == [attempt])
        #expect(try await unknowns().map(\.owner) == [.operator])
        let proposed = try await propose()
        let settled = try await gateway.workflows.decideSettlement(
            of: attempt,
            proposedAt: try #require(proposed.intent.plans.proposal(about: attempt)).proposedAt,
            approves: true,
            for: gateway.caller("boris"),
            in: gateway.tenant
        )
        #expect(try await unknowns().isEmpty)
        #expect(settled.intent.captureReserved == 0)
        let isDone = verdict != .notDone
        #expect(settled.intent.state == (isDone ? .captured : .authorized))
        #expect(settled.intent.captured == (isDone ? 1_000 : 0))
        let transfers = try await gateway.store.transfers(of: id, in: gateway.tenant)
        #expect(transfers.contains { $0.code == .capture } == isDone)
    }
}
