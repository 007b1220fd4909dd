internal import PaymentCore
internal import TestKit

/// A vendor with a book of its own. It honours idempotency keys, does what it accepted in its own
/// time, tells of it, and now and then says no; what its answers meet on the way is not its
/// business.
final class SimulatedVendor: @unchecked Sendable {
    // Safe because one thread cranks everything.
    let manner: Manner
    let world: World
    var payments: [VendorPayment] = []
    var movements: [VendorMovement] = []
    /// What was answered under each key.
    var answers: [String: VendorOutcome] = [:]
    var agenda: [Appointment] = []
    var notices: [VendorNotice] = []
    var messages: [Message] = []
    private var number = 0
    /// Until then nothing reaches it.
    private(set) var outageEnds: Timestamp?

    /// Something that the vendor or its payer will do.
    struct Appointment: Sendable {
        enum Act: Sendable {
            case payerActs(payment: Int)
            case finish(payment: Int)
            case finishMovement(Int)
            case reverseRefund(Int)
            case expire(payment: Int)
            /// Somebody acts in the vendor's own dashboard.
            case deskActs(payment: Int)
            /// Ask us the next question about a payment in the vendor's application.
            case ask(payment: Int, verb: String)
        }

        let due: Timestamp
        let act: Act
    }

    /// Something on its way to us.
    struct Message: Sendable {
        enum Content: Sendable {
            case notice(Int)
            case question(payment: Int, verb: String)
        }

        let earliest: Timestamp
        let content: Content
        /// Which sending of it this is.
        let copy: Int
        /// Whether it may get lost for good: what we would find out otherwise.
        let mayBeLost: Bool
    }

    init(_ manner: Manner, in world: World) {
        self.manner = manner
        self.world = world
    }

    /// For a while nothing reaches it.
    func breakDown() {
        let length = world.number(60...4_000)
        world.note(.vendorEvent, "\(manner) is out for \(length) s")
        outageEnds = world.now + .seconds(length)
    }

    var isOut: Bool { outageEnds.map { world.now < $0 } ?? false }

    /// Answers a request that arrived.
    func perform(_ operation: VendorOperation, key: String) -> VendorOutcome {
        if case .lookUp(let lookUp) = operation { return self.lookUp(lookUp, key: key) }
        if let answer = answers[key] { return answer }
        let answer = carryOut(operation)
        answers[key] = answer
        return answer
    }

    private func carryOut(_ operation: VendorOperation) -> VendorOutcome {
        switch operation {
        case .authorize(let authorize): return self.authorize(authorize)
        case .capture(let capture):
            return move(
                .capture,
                capture.paymentReference,
                capture.attempt,
                capture.amount.minorUnits,
                isFinal: capture.isFinal
            )
        case .void(let void): return move(.void, void.paymentReference, void.attempt, 0)
        case .refund(let refund):
            return move(
                .refund,
                refund.paymentReference,
                refund.attempt,
                refund.amount.minorUnits
            )
        case .complete(let complete): return self.complete(complete)
        case .lookUp: return .notFound
        }
    }

    private func authorize(_ authorize: VendorOperation.Authorize) -> VendorOutcome {
        var payment = VendorPayment(
            reference: reference("pay"),
            attempt: authorize.attempt,
            amount: authorize.amount.minorUnits,
            isSale: !authorize.manualCapture,
            stage: .page
        )
        let place = payments.count
        defer { payments.append(payment) }
        guard !world.fault(12) else {
            payment.stage = .declined
            return .declined(VendorPayment.decline, nil)
        }
        if manner == .prompt, !payment.isSale, world.chance(4) {
            payment.expiresAt = world.now + .seconds(172_800)
            book(.expire(payment: place), after: 172_800...172_800)
        } else if !payment.isSale {
            // Whoever states no end of a hold still has one.
            book(.expire(payment: place), after: 600_000...900_000)
        }
        if world.fault(8) { book(.deskActs(payment: place), after: 5...5_000) }
        switch manner {
        case .prompt, .searched:
            payment.authorize()
            return .succeeded(payment.receipt)
        case .accepting:
            payment.stage = .processing
            book(.finish(payment: place), after: 0...600)
            return .pending(payment.receipt)
        case .paging, .approving, .asking:
            // Some payers come late, some never.
            if !world.chance(5) {
                book(.payerActs(payment: place), after: world.chance(4) ? 5...100_000 : 5...600)
            }
            return .requiresAction(.redirect(url: payment.reference), payment.receipt)
        }
    }

    private func complete(_ complete: VendorOperation.Complete) -> VendorOutcome {
        guard let place = place(complete.paymentReference), payments[place].stage == .approved
        else { return Self.wrongState }
        payments[place].authorize()
        tell(of: place)
        return .succeeded(payments[place].receipt)
    }

    private func move(
        _ kind: MovementSnapshot.Kind,
        _ paymentReference: String,
        _ attempt: AttemptID,
        _ amount: Int64,
        isFinal: Bool = true
    ) -> VendorOutcome {
        guard let place = place(paymentReference), admits(kind, amount, payments[place]) else {
            return Self.wrongState
        }
        let movement = VendorMovement(
            kind: kind,
            reference: reference("\(kind)"),
            attempt: attempt,
            payment: place,
            amount: amount,
            isFinal: isFinal,
            status: .pending
        )
        movements.append(movement)
        payments[place].claimed += amount
        let receipt = VendorReceipt(
            reference: movement.reference,
            amount: kind == .void ? nil : amount
        )
        guard manner == .accepting else {
            finish(movement: movements.count - 1)
            return .succeeded(receipt)
        }
        book(.finishMovement(movements.count - 1), after: 0...600)
        return .pending(receipt)
    }

    private func admits(
        _ kind: MovementSnapshot.Kind,
        _ amount: Int64,
        _ payment: VendorPayment
    ) -> Bool {
        switch kind {
        case .capture: payment.capturable - payment.claimed >= amount
        case .refund: payment.refundable >= amount
        case .void, .expiry:
            payment.stage == .page || payment.capturable > 0 && payment.claimed == 0
        }
    }

    static let wrongState = VendorOutcome.rejected(
        VendorRejection(.wrongState, code: "wrong_state", message: "")
    )

    func place(_ reference: String) -> Int? {
        payments.firstIndex { $0.reference == reference }
    }

    func reference(_ prefix: String) -> String {
        number += 1
        return "\(manner.rawValue)-\(prefix)-\(number)"
    }

    func book(_ act: Appointment.Act, after seconds: ClosedRange<Int64>) {
        agenda.append(Appointment(due: world.now + .seconds(world.number(seconds)), act: act))
    }
}
