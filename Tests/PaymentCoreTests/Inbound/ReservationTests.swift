import PaymentCore
import TestKit
import Testing

/// Reservations as other services tell of them, in memory.
struct ReservationTests {
    private let gateway: MemoryGateway

    init() {
        gateway = MemoryGateway(vendor: .taking([.card, .wallet]))
    }

    private init(gateway: MemoryGateway) {
        self.gateway = gateway
    }

    private func held(
        _ guarantee: HeldReservation.Guarantee = .cardGuarantee,
        _ capture: HeldReservation.Capture = .onConfirm,
        method: PaymentMethodID? = nil,
        firstNight: Int64? = 4_000,
        expiresAt: Timestamp? = nil
    ) -> InboundFact {
        .held(
            HeldReservation(
                reservation: "R-1",
                property: "kabul-1",
                guest: .init(id: "guest-7", name: "Anna", email: nil),
                amount: Money(12_500, .usd),
                guarantee: guarantee,
                capture: capture,
                method: guarantee == .cashOnArrival ? .cash : .card,
                methodID: method,
                firstNight: firstNight,
                expiresAt: expiresAt
            )
        )
    }

    private static func type(of fact: InboundFact) -> InboundKind {
        switch fact {
        case .held: .reservationHeld
        case .confirmed: .reservationConfirmed
        case .cancelled: .reservationCancelled
        case .noShow: .reservationNoShow
        case .configUpdated: .configUpdated
        case .schemasProvisioned: .schemasProvisioned
        case .schemasDropped: .schemasDropped
        case .drawerClosed: .drawerClosed
        }
    }

    /// Brings an event in and lets the worker do what is due.
    @discardableResult
    private func tell(
        _ fact: InboundFact,
        id: String,
        sequence: Int64? = nil
    ) async throws -> InboundEvent {
        try await gateway.tell(fact, Self.type(of: fact), id: id, sequence: sequence)
    }

    private func payment() async throws -> Payment {
        let ids = gateway.store.intents(of: gateway.tenant)
        #expect(ids.count == 1)
        let payment = try await gateway.store.payment(
            try #require(ids.first),
            in: gateway.tenant
        )
        return try #require(payment)
    }

    private func published() async throws -> [OutboxEvent] {
        _ = try await gateway.store.publishEvents(limit: 1_000, in: gateway.tenant)
        return try await gateway.store.events(after: 0, limit: 1_000, in: gateway.tenant)
            .map(\.event)
    }

    @Test func `held, confirmed and cancelled become a hold, a capture and a refund`() async throws
    {
        let first = try await tell(held(), id: "a")
        #expect(first.state == .applied)
        var payment = try await payment()
        #expect(payment.intent.state == .authorized)
        #expect(first.intent == payment.intent.id)
        #expect(payment.intent.metadata["reservation_id"] == "R-1")
        #expect(payment.intent.property == "kabul-1")
        try await tell(.confirmed(reservation: "R-1", amount: nil), id: "b")
        payment = try await self.payment()
        #expect(payment.intent.captured == 12_500)
        let refund = CancellationRefund(amount: 9_000, reason: "changed plans")
        try await tell(.cancelled(reservation: "R-1", refund: refund), id: "c")
        payment = try await self.payment()
        #expect(payment.intent.refunded == 9_000)
        #expect(payment.intent.state == .partiallyRefunded)
    }

    @Test func `the same event again changes nothing`() async throws {
        for _ in 0..<3 { try await tell(held(), id: "a") }
        for _ in 0..<3 {
            try await tell(.confirmed(reservation: "R-1", amount: 5_000), id: "b")
        }
        #expect(try await payment().intent.captured == 5_000)
        #expect(gateway.vendor.payments.values.map(\.captured) == [5_000])
        let replies = try await published().filter { $0.type == .eventHandled }
        #expect(replies.map(\.data) == ["a applied", "b applied"])
    }

    @Test func `replies name the conversation and their cause`() async throws {
        try await tell(held(), id: "a")
        let events = try await published()
        #expect(events.contains { $0.type == .transactionAuthorized })
        #expect(events.allSatisfy { $0.conversation == "saga-1" })
        #expect(events.allSatisfy { $0.correlation == "a" })
    }

    @Test func `a confirmation that overtook its hold waits for it`() async throws {
        let confirmation = try await tell(
            .confirmed(reservation: "R-1", amount: nil),
            id: "b",
            sequence: 2
        )
        #expect(confirmation.state == .received)
        #expect(confirmation.reason == .gap)
        try await tell(held(), id: "a", sequence: 1)
        #expect(try await payment().intent.captured == 12_500)
    }

    @Test func `without a sequence it waits for the reservation to be known, and not for ever`()
        async throws
    {
        let waiting = try await tell(.confirmed(reservation: "R-1", amount: nil), id: "b")
        #expect(waiting.reason == .unknownReservation)
        gateway.clock.advance(by: .seconds(7_200))
        try await gateway.work()
        let dead = try await gateway.store.inboundEvent(waiting.id, in: gateway.tenant)
        #expect(dead?.state == .dead)
        try await tell(held(), id: "a")
        #expect(try await gateway.store.replay(waiting.id, in: gateway.tenant))
        try await gateway.work()
        #expect(try await payment().intent.captured == 12_500)
    }

    @Test func `a late event is told apart and takes no effect`() async throws {
        try await tell(held(), id: "a", sequence: 1)
        try await tell(.confirmed(reservation: "R-1", amount: nil), id: "b", sequence: 2)
        let late = try await tell(
            .cancelled(reservation: "R-1", refund: nil),
            id: "c",
            sequence: 1
        )
        #expect(late.state == .dead)
        #expect(late.reason == .late)
        #expect(try await payment().intent.state == .captured)
    }

    @Test func `cancelling what is only held releases it`() async throws {
        try await tell(held(), id: "a")
        try await tell(.cancelled(reservation: "R-1", refund: nil), id: "b")
        #expect(try await payment().intent.state == .voided)
        #expect(gateway.vendor.payments.values.allSatisfy { $0.isVoided })
    }

    @Test func `cancelling without a refund keeps what was captured`() async throws {
        try await tell(held(.prepaid, .immediate), id: "a")
        let kept = try await tell(.cancelled(reservation: "R-1", refund: nil), id: "b")
        #expect(kept.state == .applied)
        #expect(try await payment().intent.state == .captured)
    }

    @Test func `a no-show pays the first night, and the rest is released`() async throws {
        try await tell(held(.cardGuarantee, .onArrival), id: "a")
        try await tell(.confirmed(reservation: "R-1", amount: nil), id: "b")
        #expect(try await payment().intent.state == .authorized, "captured on arrival")
        try await tell(.noShow(reservation: "R-1", charge: nil), id: "c")
        let intent = try await payment().intent
        #expect(intent.captured == 4_000)
        #expect(intent.capturable == 0)
    }

    @Test(arguments: [MethodKind.card, .wallet])
    func `cash stays expected at the desk, and its guarantee pays a no-show`(
        kind: MethodKind
    ) async throws {
        let card = try await gateway.storedCard(kind)
        try await tell(held(.cashOnArrival, method: card), id: "a")
        try await tell(.confirmed(reservation: "R-1", amount: nil), id: "b")
        #expect(try await payment().intent.state == .pendingCash)
        try await tell(.noShow(reservation: "R-1", charge: 3_000), id: "c")
        #expect(try await payment().intent.captured == 3_000)
        #expect(
            gateway.vendor.payments.values.map(\.isOffSession) == [true],
            "nobody sits before a screen who has not come"
        )
    }

    @Test func `a no-show whose guarantee is declined ends there`() async throws {
        try await gateway.set(RetryPolicy(mode: .all, softPause: .seconds(60)))
        try await tell(held(.cashOnArrival, method: try await gateway.storedCard()), id: "a")
        gateway.vendor.failNext(.decline(Decline(.soft, code: "insufficient_funds")))
        let declined = try await tell(.noShow(reservation: "R-1", charge: 3_000), id: "b")
        #expect(declined.reason == .declined)
        for _ in 0..<3 {
            gateway.clock.advance(by: .seconds(86_400))
            try await gateway.work()
        }
        #expect(gateway.vendor.payments.isEmpty, "nobody would take the first night of it")
        // Its replay asks anew, and takes it.
        #expect(try await gateway.store.replay(declined.id, in: gateway.tenant))
        try await gateway.work()
        #expect(try await payment().intent.captured == 3_000)
    }

    @Test func `cash without a guarantee leaves nothing to charge`() async throws {
        try await tell(held(.cashOnArrival), id: "a")
        let event = try await tell(.noShow(reservation: "R-1", charge: 3_000), id: "b")
        #expect(event.reason == .nothingHeld)
    }

    @Test func `a declined hold is a dead letter, and its replay tries the payer anew`()
        async throws
    {
        gateway.vendor.failNext(.decline(Decline(.soft, code: "insufficient_funds")))
        let declined = try await tell(held(), id: "a")
        #expect(declined.reason == .declined)
        #expect(try await gateway.store.replay(declined.id, in: gateway.tenant))
        try await gateway.work()
        #expect(try await payment().intent.state == .authorized)
        let replies = try await published().filter { $0.type == .eventHandled }
        #expect(replies.map(\.sequence) == [1, 2])
    }

    @Test func `a vendor that is not reached is asked again later`() async throws {
        gateway.vendor.failNext(.unreachable)
        let waiting = try await tell(held(), id: "a")
        #expect(waiting.state == .received)
        gateway.clock.advance(by: .seconds(60))
        try await gateway.work()
        #expect(try await payment().intent.state == .authorized)
    }

    @Test func `what an event repeats by itself is not planned as a retry`() async throws {
        try await gateway.set(RetryPolicy(mode: .all))
        let card = try await gateway.storedCard()
        gateway.vendor.failNext(.unreachable)
        try await tell(held(method: card), id: "a")
        let payment = try await payment()
        #expect(payment.lastAttempt?.state == .notDone(.unreachable))
        #expect(payment.intent.plans.retry?.stage ?? .idle == .idle)
    }

    @Test func `a hold that somebody else brought about meanwhile is the event's`() async throws {
        gateway.vendor.failNext(.unreachable)
        let waiting = try await tell(held(), id: "a")
        #expect(waiting.state == .received)
        let id = try await payment().intent.id
        _ = try await gateway.workflows.authorizeIntent(
            id,
            method: nil,
            provider: nil,
            under: gateway.key("desk"),
            for: gateway.caller,
            in: gateway.tenant
        )
        gateway.clock.advance(by: .seconds(60))
        try await gateway.work()
        let event = try await gateway.store.inboundEvent(waiting.id, in: gateway.tenant)
        #expect(event?.state == .applied)
        #expect(event?.intent == id)
    }

    @Test func `a cancellation that did not reach the vendor captures nothing`() async throws {
        var capabilities = BookkeepingVendor.taking([.card]).capabilities
        capabilities.recovery = .lookUp
        capabilities.longestRequest = .seconds(5)
        let vendor = ScriptedVendor(BookkeepingVendor("acme", capabilities: capabilities))
        vendor.say { operation in
            if case .lookUp = operation { .notFound } else { nil }
        }
        let tests = ReservationTests(
            gateway: MemoryGateway(vendor: vendor.behind, port: vendor)
        )
        try await tests.cancelAfterTheRefusedCaptureOfAPolicy()
        let payment = try await tests.payment()
        #expect(payment.intent.state == .authorized)
        #expect(payment.intent.hasDiscrepancy)
        #expect(vendor.behind.payments.values.map(\.captured) == [0])
    }

    /// The policy's capture is refused before the hold ends; the cancellation's void is lost, and
    /// found not done.
    private func cancelAfterTheRefusedCaptureOfAPolicy() async throws {
        let policy = HoldPolicy(action: .capture, actBefore: .seconds(7_200))
        try await gateway.store.insert(
            StoredPolicies(
                policies: Policies(hold: policy),
                version: 1,
                changedBy: .system,
                changedAt: gateway.clock.now
            ),
            in: gateway.tenant
        )
        try await tell(held(), id: "a")
        // It is told of first.
        gateway.clock.advance(by: .seconds(6 * 86_400 + 60))
        try await gateway.work()
        gateway.vendor.failNext(.decline(Decline(.hard, code: "no")))
        gateway.clock.advance(by: .seconds(86_400 - 7_200))
        try await gateway.work()
        #expect(try await payment().captures.map(\.state.name) == ["declined"])
        gateway.vendor.failNext(.requestLost)
        let cancelled = try await tell(.cancelled(reservation: "R-1", refund: nil), id: "b")
        #expect(cancelled.state == .applied)
        for _ in 0..<3 {
            gateway.clock.advance(by: .seconds(90))
            try await gateway.work()
        }
        #expect(try await payment().lastAttempt?.state == .notDone(.unreachable))
    }

    @Test func `a lost answer of the vendor or of the store doubles nothing`() async throws {
        gateway.vendor.failNext(.answerLost)
        gateway.store.loseCommits(.lostAfter, .lostBefore, .lostAfter)
        try await tell(held(), id: "a")
        for _ in 0..<10 {
            gateway.clock.advance(by: .seconds(120))
            try await gateway.work()
        }
        #expect(try await payment().intent.state == .authorized)
        #expect(gateway.vendor.payments.count == 1)
    }

    @Test func `a second reservation event for the same room is refused`() async throws {
        try await tell(held(), id: "a")
        let second = try await tell(held(), id: "b")
        #expect(second.reason == .duplicateReservation)
        #expect(gateway.vendor.payments.count == 1)
    }

    @Test func `what came after its own end holds nothing`() async throws {
        let expired = try await tell(
            held(expiresAt: gateway.clock.now - .seconds(1)),
            id: "a"
        )
        #expect(expired.reason == .expired)
        #expect(gateway.vendor.calls == 0)
    }

    @Test func `an event of a suspended tenant waits`() async throws {
        gateway.tenants.set(.suspended, of: gateway.tenant)
        let waiting = try await tell(held(), id: "a")
        #expect(waiting.reason == .notServed)
        gateway.tenants.set(.active, of: gateway.tenant)
        gateway.clock.advance(by: .seconds(60))
        try await gateway.work()
        #expect(try await payment().intent.state == .authorized)
    }
}
