import PaymentCore
import Synchronization
import TestKit
import Testing

/// A vendor that carries a request out, answers what nobody can read, and when the request is
/// repeated knows nothing of its key: it refuses, as there is nothing left to do.
@Suite struct ForgottenKeyTests {
    private let vendor: ScriptedVendor
    private let gateway: MemoryGateway

    init() {
        vendor = ScriptedVendor(BookkeepingVendor())
        gateway = MemoryGateway(vendor: vendor.behind, port: vendor)
    }

    private enum Movement: CaseIterable {
        case capture, void, refund
    }

    private static let refusal = VendorOutcome.rejected(
        VendorRejection(.wrongState, code: "already", message: "")
    )

    /// A payment of which one movement's answer could not be read and its repetition is refused.
    ///
    /// - Parameter isDone: whether the vendor did it.
    /// - Parameter age: when its outcome is found out.
    /// - Parameter lookUp: what the vendor shows of it, other than what it did.
    private func refused(
        _ movement: Movement,
        isDone: Bool,
        after age: Duration = .seconds(5),
        lookUp: @escaping @Sendable (CaptureID?) -> VendorOutcome? = { _ in nil }
    ) async throws -> Payment {
        let id = try await payment(movement == .refund)
        let calls = Mutex(0)
        let asked = Mutex<CaptureID?>(nil)
        vendor.say { [vendor] operation in
            if case .lookUp = operation { return lookUp(asked.withLock { $0 }) }
            if case .capture(let capture) = operation { asked.withLock { $0 = capture.capture } }
            let isFirst = calls.withLock { calls in
                calls += 1
                return calls == 1
            }
            guard isFirst else { return Self.refusal }
            if isDone { vendor.behind.carryOut(operation) }
            return .unknown(.unreadableReply)
        }
        try await ask(movement, id)
        gateway.clock.advance(by: age)
        try await gateway.work()
        return try #require(try await gateway.store.payment(id, in: gateway.tenant))
    }

    private func payment(_ isSale: Bool) async throws -> IntentID {
        let made = try await gateway.workflows.createIntent(
            CreateIntent(
                amount: Money(1_000, .usd),
                captureMethod: isSale ? .automatic : .manual,
                method: .card
            ),
            under: gateway.key("create"),
            for: gateway.caller,
            in: gateway.tenant
        )
        return try #require(made.payment?.intent.id)
    }

    private func ask(_ movement: Movement, _ id: IntentID) async throws {
        let (workflows, key) = (gateway.workflows, gateway.key("move"))
        let answer =
            switch movement {
            case .capture:
                try await workflows.captureIntent(
                    id,
                    amount: 400,
                    isFinal: true,
                    under: key,
                    for: gateway.caller,
                    in: gateway.tenant
                )
            case .void:
                try await workflows.voidIntent(
                    id,
                    reason: nil,
                    under: key,
                    for: gateway.caller,
                    in: gateway.tenant
                )
            case .refund:
                try await workflows.refundIntent(
                    id,
                    amount: 400,
                    reason: nil,
                    under: key,
                    for: gateway.caller,
                    in: gateway.tenant
                )
            }
        #expect(answer.answer.status == 202)
    }

    @Test func `a capture that shows at the vendor is booked`() async throws {
        let payment = try await refused(.capture, isDone: true)
        #expect(payment.intent.state == .captured)
        #expect(payment.intent.captured == 400)
        #expect(payment.lastAttempt?.state == .succeeded)
        #expect(!payment.intent.hasDiscrepancy)
    }

    @Test func `a release that shows at the vendor is booked`() async throws {
        let payment = try await refused(.void, isDone: true)
        #expect(payment.intent.state == .voided)
        #expect(payment.lastAttempt?.state == .succeeded)
    }

    @Test func `a refund that shows at the vendor is booked`() async throws {
        let payment = try await refused(.refund, isDone: true)
        #expect(payment.intent.refunded == 400)
    }

    @Test(arguments: Movement.allCases)
    private func `what the vendor does not show was refused`(movement: Movement) async throws {
        let payment = try await refused(movement, isDone: false)
        #expect(payment.lastAttempt?.state.name == "rejected")
        #expect(payment.intent.capturable + payment.intent.captured == 1_000)
        #expect(payment.intent.captureReserved + payment.intent.refunded == 0)
        #expect(!payment.intent.isReleasing)
    }

    @Test(arguments: Movement.allCases)
    private func `while the vendor does not say, a refusal is no answer`(
        movement: Movement
    ) async throws {
        let payment = try await refused(
            movement,
            isDone: true,
            lookUp: { _ in .unknown(.timeout) }
        )
        #expect(payment.lastAttempt?.state.name == "unknown")
    }

    /// The payment with its captures, as a vendor shows it that tells them one by one.
    private static func shown(
        _ status: PaymentSnapshot.Status,
        _ captures: CaptureSnapshot...
    ) -> VendorOutcome {
        .found(
            .payment(
                PaymentSnapshot(
                    reference: "pay-1",
                    attempt: nil,
                    status: status,
                    amount: Money(1_000, .usd),
                    capturable: 0,
                    captured: captures.filter { $0.status == .succeeded }.map(\.amount)
                        .reduce(0, +),
                    captures: captures
                )
            )
        )
    }

    @Test(arguments: [(Duration.seconds(5), "rejected"), (.seconds(90_000), "not_done")])
    func `a capture is refused when somebody else took the hold, and what they took is booked`(
        age: Duration,
        end: String
    ) async throws {
        let payment = try await refused(.capture, isDone: false, after: age) { _ in
            Self.shown(
                .captured,
                CaptureSnapshot(reference: "x", capture: nil, amount: 1_000, status: .succeeded)
            )
        }
        #expect(payment.captures.map(\.state.name) == [end, "succeeded"])
        #expect(payment.captures.map(\.origin) == [.gateway, .vendor])
        #expect(payment.intent.captured == 1_000)
        #expect(payment.intent.capturable == 0)
        #expect(payment.intent.captureReserved == 0)
        #expect(payment.intent.hasDiscrepancy)
    }

    @Test func `a capture that the vendor shows as waiting was not refused`() async throws {
        let payment = try await refused(.capture, isDone: false) { own in
            Self.shown(
                .authorized,
                CaptureSnapshot(reference: "c", capture: own, amount: 400, status: .pending)
            )
        }
        #expect(payment.captures.map(\.state) == [.pending])
        #expect(payment.intent.captureReserved == 1_000)
    }
}
