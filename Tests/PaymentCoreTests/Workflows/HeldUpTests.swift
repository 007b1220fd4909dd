import PaymentCore
import TestKit
import Testing

/// Processes that stand still for longer than a lease while somebody else looks after what they
/// had asked. Each was found by the money simulation.
@Suite struct HeldUpTests {
    static let poor = Decline(.soft, code: "do_not_honor")

    func pay(
        at gateway: MemoryGateway,
        capturing: Intent.CaptureMethod = .manual
    ) async throws -> WorkflowAnswer {
        try await gateway.workflows.createIntent(
            CreateIntent(amount: Money(1_000, .usd), captureMethod: capturing, method: .card),
            under: gateway.key("k"),
            for: gateway.caller,
            in: gateway.tenant
        )
    }

    /// A payment whose asker hangs at the vendor while the lease ends and its job runs.
    func heldUp(
        _ capabilities: Capabilities? = nil,
        recovery fault: BookkeepingVendor.Fault?,
        capturing: Intent.CaptureMethod = .manual
    ) async throws -> (MemoryGateway, HangingVendor, Task<WorkflowAnswer, any Error>) {
        let hanging = HangingVendor(BookkeepingVendor("acme", capabilities: capabilities))
        let gateway = MemoryGateway(vendor: hanging.behind, port: hanging)
        let paying = Task { try await pay(at: gateway, capturing: capturing) }
        while !hanging.isHanging { await Task.yield() }
        gateway.clock.advance(by: .seconds(60))
        if let fault { hanging.behind.failNext(fault) }
        try await gateway.work()
        return (gateway, hanging, paying)
    }

    func stored(_ gateway: MemoryGateway) async throws -> Payment {
        let id = try #require(gateway.store.intents(of: gateway.tenant).first)
        return try #require(try await gateway.store.payment(id, in: gateway.tenant))
    }

    @Test func `an asker's "not reached" takes nothing back that recovery may have done`()
        async throws
    {
        let (gateway, hanging, paying) = try await heldUp(recovery: .answerLost)
        hanging.letGo(with: .notDone(.unreachable))
        #expect(try await paying.value.answer.status == 202)
        #expect(try await stored(gateway).intent.state == .processing)
        gateway.clock.advance(by: .seconds(10))
        try await gateway.work()
        #expect(try await stored(gateway).intent.state == .authorized)
        #expect(hanging.behind.payments.count == 1)
    }

    @Test func `who takes over says so before asking, so no "no" can be stored behind it`()
        async throws
    {
        let hanging = HangingVendor(BookkeepingVendor("acme"))
        let gateway = MemoryGateway(vendor: hanging.behind, port: hanging)
        let paying = Task { try await pay(at: gateway) }
        while !hanging.isHanging { await Task.yield() }
        let asked = try await stored(gateway)
        gateway.clock.advance(by: .seconds(60))
        hanging.hangAgain()
        let recovering = Task { try await gateway.work() }
        while hanging.hanging < 2 { await Task.yield() }

        // Whatever was made of the asker's answer before the lease was over is stale by now.
        let taken = try await stored(gateway)
        #expect(taken.lastAttempt?.state == .unknown(.interrupted))
        #expect(taken.intent.version > asked.intent.version)

        hanging.letGo(with: .notDone(.throttled))
        #expect(try await paying.value.answer.status == 202)
        hanging.letGo(with: .succeeded(VendorReceipt(reference: "acme-1", amount: 1_000)))
        try await recovering.value
        let done = try await stored(gateway).intent
        #expect(done.state == .authorized)
        #expect(!done.hasDiscrepancy)
    }

    @Test func `an answer that was overtaken tells of the state that is stored`() async throws {
        let (gateway, hanging, paying) = try await heldUp(recovery: nil)
        let id = try await stored(gateway).intent.id
        _ = try await gateway.workflows.captureIntent(
            id,
            amount: 600,
            isFinal: true,
            under: gateway.key("c"),
            for: gateway.caller,
            in: gateway.tenant
        )
        let reference = try #require(hanging.behind.payments.keys.first)
        hanging.letGo(with: .succeeded(VendorReceipt(reference: reference, amount: 1_000)))
        _ = try await paying.value
        #expect(try await stored(gateway).intent.state == .captured)
        while try await gateway.store.publishEvents(limit: 9, in: gateway.tenant) > 0 {}
        let events = try await gateway.store.events(after: 0, limit: 99, in: gateway.tenant)
        let own = events.filter { $0.event.aggregate == id.description }
        #expect(own.last?.event.data == "captured")
        #expect(own.count { $0.event.type == .transactionAuthorized } == 1)
        #expect(own.map(\.event.sequence) == Array(1...Int64(own.count)))
    }

    /// Of a vendor that is asked what became of a request, and not asked again.
    private static var lookedUp: Capabilities {
        var capabilities = BookkeepingVendor().capabilities
        capabilities.recovery = .lookUp
        return capabilities
    }

    private static func sale(_ reference: String) -> VendorOutcome {
        .succeeded(VendorReceipt(reference: reference, amount: 1_000, captured: true))
    }

    @Test func `a "yes" that comes after its key was answered is booked, and the answer stays`()
        async throws
    {
        let (gateway, hanging, paying) = try await heldUp(
            Self.lookedUp,
            recovery: nil,
            capturing: .automatic
        )
        let repetition = try await pay(at: gateway, capturing: .automatic)
        #expect(repetition.answer.status == 200)
        hanging.letGo(with: Self.sale("late"))
        #expect(try await paying.value.answer == repetition.answer)
        let payment = try await stored(gateway)
        #expect(payment.intent.captured == 2_000)
        #expect(payment.intent.hasDiscrepancy)
        let record = try await gateway.store.idempotency("k", in: gateway.tenant)
        #expect(record?.answer == repetition.answer)
    }

    @Test func `a "yes" whose key an earlier try's late "yes" has answered is booked`() async throws
    {
        let (gateway, hanging, paying) = try await heldUp(
            Self.lookedUp,
            recovery: nil,
            capturing: .automatic
        )
        hanging.hangAgain()
        let repeating = Task { try await pay(at: gateway, capturing: .automatic) }
        while hanging.hanging < 2 { await Task.yield() }
        hanging.letGo(with: Self.sale("late"))
        let answer = try await paying.value.answer
        #expect(answer.status == 200)
        hanging.letGo(with: Self.sale("second"))
        #expect(try await repeating.value.answer == answer)
        let payment = try await stored(gateway)
        #expect(payment.attempts.allSatisfy { !$0.state.isOpen })
        #expect(payment.intent.captured == 2_000)
        #expect(payment.intent.hasDiscrepancy)
    }

    @Test func `a "yes" after recovery found nothing is booked and flagged`() async throws {
        let (gateway, hanging, paying) = try await heldUp(Self.lookedUp, recovery: nil)
        #expect(try await stored(gateway).lastAttempt?.state == .notDone(.unreachable))
        hanging.letGo(with: .succeeded(VendorReceipt(reference: "late", amount: 1_000)))
        _ = try await paying.value
        let payment = try await stored(gateway)
        #expect(payment.intent.capturable == 1_000)
        #expect(payment.intent.state == .authorized)
        #expect(payment.intent.hasDiscrepancy)
    }

    @Test(arguments: [true, false])
    func `what a key holds and does not tell is looked up, and only what shows is believed`(
        isShown: Bool
    ) async throws {
        let vendor = ScriptedVendor(BookkeepingVendor("acme"))
        let gateway = MemoryGateway(vendor: vendor.behind, port: vendor)
        vendor.say { operation in
            switch operation {
            case .lookUp(let lookUp):
                guard isShown, case .paymentOfAttempt(let attempt, _) = lookUp.subject else {
                    return .notFound
                }
                let snapshot = PaymentSnapshot(
                    reference: "hold",
                    attempt: attempt,
                    status: .authorized,
                    amount: Money(1_000, .usd),
                    capturable: 1_000,
                    captured: 0
                )
                return .found(.payment(snapshot))
            case .authorize, .capture, .void, .refund, .complete: return .unknown(.keyTaken)
            }
        }
        _ = try await pay(at: gateway)
        gateway.clock.advance(by: .seconds(60))
        try await gateway.work()
        let payment = try await stored(gateway)
        #expect(payment.intent.state == (isShown ? .authorized : .processing))
        #expect(payment.lastAttempt?.state == (isShown ? .succeeded : .unknown(.keyTaken)))
        #expect(!payment.intent.hasDiscrepancy)
    }

    @Test func `a first word that is heard after the last one changes nothing`() async throws {
        let vendor = ScriptedVendor(BookkeepingVendor("acme"))
        let gateway = MemoryGateway(vendor: vendor.behind, port: vendor)
        let accepted = VendorReceipt(reference: "hold", amount: 1_000)
        vendor.say { operation in
            guard case .authorize = operation else { return nil }
            return .pending(accepted)
        }
        _ = try await pay(at: gateway)
        var payment = try await stored(gateway)
        let id = try #require(payment.attempts.first?.id)
        let asking = Asking(
            attempt: gateway.identifiers.make(),
            movement: gateway.identifiers.next(),
            actor: .system,
            now: gateway.clock.now
        )
        let decline = Decline(.soft, code: "do_not_honor")
        payment.answer(id, with: .declined(decline, accepted), capture: asking)
        let isNews = payment.answer(id, with: .pending(accepted), capture: asking)
        #expect(!isNews)
        #expect(payment.attempt(id)?.state == .declined(decline))
        #expect(!payment.intent.hasDiscrepancy)
    }

    @Test func `a capture that was done after all takes its reservation once`() async throws {
        var capabilities = BookkeepingVendor().capabilities
        capabilities.recovery = .lookUp
        capabilities.longestRequest = .seconds(4)
        let vendor = ScriptedVendor(BookkeepingVendor("acme", capabilities: capabilities))
        let gateway = MemoryGateway(vendor: vendor.behind, port: vendor)
        let id = try #require(try await pay(at: gateway).payment?.intent.id)
        vendor.say { operation in
            switch operation {
            case .capture: .unknown(.timeout)
            case .lookUp: .notFound
            case .authorize, .void, .refund, .complete: nil
            }
        }
        _ = try await gateway.workflows.captureIntent(
            id,
            amount: 400,
            isFinal: false,
            under: gateway.key("c"),
            for: gateway.caller,
            in: gateway.tenant
        )
        gateway.clock.advance(by: .seconds(5))
        try await gateway.work()
        var payment = try await stored(gateway)
        let capture = try #require(payment.captures.first)
        #expect(capture.state == .notDone(.unreachable))
        let asking = Asking(
            attempt: gateway.identifiers.make(),
            movement: gateway.identifiers.next(),
            actor: .system,
            now: gateway.clock.now
        )
        let receipt = VendorReceipt(reference: "cap", amount: 400)
        let isNews = payment.answer(capture.id, with: .succeeded(receipt), capture: asking)
        #expect(isNews)
        #expect(payment.intent.captured == 400)
        #expect(payment.intent.capturable == 600)
        #expect(payment.intent.captureReserved == 0)
        #expect(payment.intent.hasDiscrepancy)
    }

    @Test func `the rest of a hold that ran out after a capture is let go`() async throws {
        let vendor = ScriptedVendor(BookkeepingVendor("acme"))
        let gateway = MemoryGateway(vendor: vendor.behind, port: vendor)
        let end = gateway.clock.now + .seconds(3_600)
        vendor.say { operation in
            guard case .authorize = operation else { return nil }
            return .succeeded(
                VendorReceipt(
                    reference: "hold",
                    amount: 1_000,
                    authorizationExpiresAt: end,
                    multiCapture: true
                )
            )
        }
        let id = try #require(try await pay(at: gateway).payment?.intent.id)
        vendor.say { operation in
            switch operation {
            case .capture:
                return .succeeded(VendorReceipt(reference: "cap", amount: 300))
            case .lookUp(let lookUp):
                let snapshot = PaymentSnapshot(
                    reference: "hold",
                    attempt: lookUp.original?.attempt,
                    status: .captured,
                    amount: Money(1_000, .usd),
                    capturable: 0,
                    captured: 300
                )
                return .found(.payment(snapshot))
            case .authorize, .void, .refund, .complete: return nil
            }
        }
        _ = try await gateway.workflows.captureIntent(
            id,
            amount: 300,
            isFinal: false,
            under: gateway.key("c"),
            for: gateway.caller,
            in: gateway.tenant
        )
        gateway.clock.advance(by: .seconds(4_000))
        // It is told of first, although late, and then let go.
        for _ in 0..<2 { try await gateway.work() }
        let intent = try await stored(gateway).intent
        #expect(intent.captured == 300)
        #expect(intent.capturable == 0)
        #expect(intent.state == .captured)
    }
}
