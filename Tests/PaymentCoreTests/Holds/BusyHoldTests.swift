import PaymentCore
import TestKit
import Testing

/// The clock of a hold while more of its payment is under way.
@Suite struct BusyHoldTests {
    private let vendor: ScriptedVendor
    private let gateway: MemoryGateway

    init() { self.init(withholding: []) }

    private init(withholding withheld: Set<Capabilities.Operation>) {
        vendor = ScriptedVendor(BookkeepingVendor("acme"), withholding: withheld)
        gateway = MemoryGateway(vendor: vendor.behind, port: vendor)
    }

    /// A hold of 1,000 that the tenant's policy ends an hour before its week is over.
    private func hold(_ action: HoldPolicy.Action) async throws -> IntentID {
        try await gateway.store.insert(
            StoredPolicies(
                policies: Policies(hold: HoldPolicy(action: action, actBefore: .seconds(3_600))),
                version: 1,
                changedBy: .system,
                changedAt: gateway.clock.now
            ),
            in: gateway.tenant
        )
        let answer = try await gateway.workflows.createIntent(
            CreateIntent(amount: Money(1_000, .usd), captureMethod: .manual, method: .card),
            under: gateway.key("hold"),
            for: gateway.caller,
            in: gateway.tenant
        )
        return try #require(answer.payment?.intent.id)
    }

    private func capture(_ id: IntentID, _ amount: Int64?) async throws {
        _ = try await gateway.workflows.captureIntent(
            id,
            amount: amount,
            isFinal: false,
            under: gateway.key("capture"),
            for: gateway.caller,
            in: gateway.tenant
        )
    }

    /// Gives 100 of what was captured back. The vendor accepts it and never tells what became of it.
    private func refund(_ id: IntentID) async throws {
        vendor.say { operation in
            switch operation {
            case .refund: .pending(VendorReceipt(reference: "r"))
            case .lookUp(let lookUp):
                if case .refund = lookUp.subject { .unknown(.unrecognizedStatus) } else { nil }
            case .authorize, .capture, .void, .complete: nil
            }
        }
        _ = try await gateway.workflows.refundIntent(
            id,
            amount: 100,
            reason: nil,
            under: gateway.key("refund"),
            for: gateway.caller,
            in: gateway.tenant
        )
    }

    private func stored(_ id: IntentID) async throws -> Payment {
        try #require(try await gateway.store.payment(id, in: gateway.tenant))
    }

    private func count(_ type: EventType) async throws -> Int {
        while try await gateway.store.publishEvents(limit: 100, in: gateway.tenant) > 0 {}
        return try await gateway.store.events(after: 0, limit: 1_000, in: gateway.tenant)
            .count { $0.event.type == type }
    }

    /// Lets the time pass as a worker does: what is due is done when it is due.
    private func pass(_ duration: Duration) async throws {
        let end = gateway.clock.now + duration
        var runs = 0
        while let due = gateway.store.nextDue(of: gateway.tenant), due <= end {
            if due > gateway.clock.now { gateway.clock.advance(by: due - gateway.clock.now) }
            try await gateway.work()
            runs += 1
            try #require(runs < 200, "the payment is looked after without a pause")
        }
        if end > gateway.clock.now { gateway.clock.advance(by: end - gateway.clock.now) }
    }

    private static let day = Duration.seconds(86_400)

    @Test(arguments: [(HoldPolicy.Action.capture, Int64(1_000)), (.void, 400)])
    func `the policy ends a hold while a refund of what was captured is open`(
        action: HoldPolicy.Action,
        captured: Int64
    ) async throws {
        let id = try await hold(action)
        try await capture(id, 400)
        try await refund(id)
        try await pass(Self.day * 6 - .seconds(60))
        #expect(try await count(.holdExpiring) == 0)
        try await pass(.seconds(120))
        #expect(try await count(.holdExpiring) == 1)
        #expect(try await stored(id).intent.capturable == 600)
        try await pass(Self.day - .seconds(3_600))
        let payment = try await stored(id)
        #expect(payment.intent.capturable == 0)
        #expect(payment.intent.captured == captured)
        #expect(vendor.behind.payments.values.map(\.captured) == [captured])
        #expect(payment.refunds.map(\.state) == [.pending])
        #expect(try await count(.holdExpiring) == 1)
    }

    @Test func `the end of a hold is seen while a refund of what was captured is open`()
        async throws
    {
        let id = try await hold(.none)
        try await capture(id, 400)
        try await refund(id)
        try await pass(Self.day * 6)
        let reference = try #require(try await stored(id).intent.reference)
        let authorization = try #require(try await stored(id).attempts.first?.id)
        vendor.say { operation in
            guard case .lookUp(let lookUp) = operation else { return nil }
            guard case .payment = lookUp.subject else { return .unknown(.unrecognizedStatus) }
            return .found(
                .payment(
                    PaymentSnapshot(
                        reference: reference,
                        attempt: authorization,
                        status: .captured,
                        amount: Money(1_000, .usd),
                        capturable: 0,
                        captured: 400
                    )
                )
            )
        }
        try await pass(Self.day * 2)
        let payment = try await stored(id)
        #expect(payment.intent.capturable == 0)
        #expect(payment.intent.captured == 400)
        #expect(try await count(.transactionExpired) == 1)
        #expect(payment.refunds.map(\.state) == [.pending])
    }

    @Test func `a hold that its vendor alone ends is a person's matter beside an open refund, too`()
        async throws
    {
        let tests = Self(withholding: [.lookUp])
        let id = try await tests.hold(.none)
        try await tests.capture(id, 400)
        try await tests.pass(Self.day * 6)
        try await tests.refund(id)
        try await tests.pass(Self.day)
        #expect(try await tests.stored(id).attempts.first?.isEscalated == false)
        try await tests.pass(Self.day + .seconds(6 * 3_600))
        #expect(try await tests.stored(id).attempts.first?.isEscalated == true)
        #expect(try await tests.count(.discrepancyFound) == 1)
    }

    @Test func `a capture that was asked at the same moment only delays the policy's action`()
        async throws
    {
        let id = try await hold(.void)
        try await pass(Self.day * 7 - .seconds(3_601))
        #expect(try await count(.holdExpiring) == 1)
        vendor.behind.failNext(.answerLost)
        gateway.store.beforeRevising { try? await capture(id, 20) }
        gateway.clock.advance(by: .seconds(1))
        try await gateway.work()
        var payment = try await stored(id)
        #expect(payment.captures.map(\.state) == [.unknown(.timeout)])
        #expect(payment.intent.capturable == 1_000)
        #expect(!payment.intent.hasDiscrepancy)
        try await pass(.seconds(300))
        payment = try await stored(id)
        #expect(payment.intent.captured == 20)
        #expect(payment.intent.capturable == 0)
        #expect(payment.lastAttempt?.operation == .void)
        #expect(!payment.intent.hasDiscrepancy)
    }

    @Test func `an action that something kept from being done until the end is told of`()
        async throws
    {
        let id = try await hold(.capture)
        try await pass(Self.day * 7 - .seconds(3_700))
        vendor.say { operation in
            switch operation {
            case .capture, .lookUp: .unknown(.timeout)
            case .authorize, .void, .refund, .complete: nil
            }
        }
        try await capture(id, 400)
        try await pass(.seconds(3_700))
        #expect(try await stored(id).captures.map(\.state) == [.unknown(.timeout)])
        let refusal = VendorRejection(.amountNotAccepted, code: "no", message: "")
        vendor.say { operation in
            switch operation {
            case .capture: .rejected(refusal)
            case .authorize, .void, .refund, .complete, .lookUp: nil
            }
        }
        let before = try await count(.discrepancyFound)
        try await pass(.seconds(200))
        let payment = try await stored(id)
        #expect(payment.captures.map(\.state) == [.rejected(refusal)])
        #expect(payment.intent.plans.hold?.isActed == true)
        #expect(try await count(.discrepancyFound) == before + 1)
    }
}
