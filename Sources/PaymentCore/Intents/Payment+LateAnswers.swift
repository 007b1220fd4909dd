/// A vendor's "yes" that comes after the attempt had ended as "no": its asker was held up, and
/// whoever looked after it meanwhile found nothing. What the vendor did is a fact, so it is booked,
/// and flagged.
extension Payment {
    /// Whether a snapshot would bring back money that is known to be gone or never to have moved.
    /// In a notification it may merely be old, so the vendor is asked.
    func contradicts(_ snapshot: VendorSnapshot) -> Bool {
        guard case .payment(let payment) = snapshot, payment.capturable > 0 || payment.captured > 0
        else { return false }
        return attempts.contains {
            $0.operation == .authorize && $0.state.isNo
                && ($0.id == payment.attempt || $0.reference == payment.reference)
        }
    }

    mutating func bookLateYes(
        _ index: Int,
        _ outcome: VendorOutcome,
        _ capture: Asking
    ) -> Bool {
        guard attempts[index].state.isNo else { return false }
        let isAuthorization = attempts[index].operation == .authorize
        switch outcome {
        case .succeeded(let receipt) where isAuthorization:
            let snapshot = lateSnapshot(of: attempts[index], receipt)
            observe(.payment(snapshot), capture)
        // The vendor's first word, heard after its last.
        case .pending where attempts[index].state.isRefused: return false
        // Another try is under way or holds the money: the vendor will report what becomes of this.
        case .pending where isAuthorization && intent.state != .requiresPaymentMethod: break
        // The books have let go of what was announced for it. It is booked when it succeeds, by an
        // amount that can be one.
        case .pending where attempts[index].operation == .refund: break
        case .succeeded where attempts[index].operation == .refund && !outcome.isPlausible: break
        case .succeeded, .pending:
            reopen(index)
            answer(attempts[index].id, with: outcome, capture: capture)
        case .requiresAction, .declined, .rejected, .notDone, .unknown, .abandoned, .found,
            .notFound:
            return false
        }
        flagUnless(intent.hasDiscrepancy)
        return true
    }

    /// Takes again what the end of the attempt had given back.
    private mutating func reopen(_ index: Int) {
        attempts[index].state = .asked
        switch attempts[index].operation {
        case .authorize: break
        case .capture: intent.captureReserved.add(clamped: attempts[index].reserved)
        case .refund: intent.refundReserved.add(clamped: attempts[index].reserved)
        case .void: intent.isReleasing = true
        }
    }

    func lateSnapshot(of attempt: Attempt, _ receipt: VendorReceipt) -> PaymentSnapshot {
        let amount = receipt.amount ?? attempt.amount
        return PaymentSnapshot(
            reference: receipt.reference,
            attempt: attempt.id,
            status: receipt.captured ? .captured : .authorized,
            amount: intent.amount,
            capturable: receipt.captured ? 0 : amount,
            captured: receipt.captured ? amount : 0,
            authorizationExpiresAt: receipt.authorizationExpiresAt,
            multiCapture: receipt.multiCapture,
            method: receipt.method,
            details: receipt.details,
            captureReference: receipt.captureReference
        )
    }
}

extension AttemptState {
    /// Whether it ended without anything having moved, as far as we know.
    var isNo: Bool {
        switch self {
        case .declined, .rejected, .notDone, .abandoned: true
        case .asked, .pending, .requiresAction, .unknown, .awaitingApproval, .succeeded, .reversed:
            false
        }
    }

    /// Whether the vendor itself said no.
    var isRefused: Bool {
        switch self {
        case .declined, .rejected: true
        case .asked, .pending, .requiresAction, .unknown, .awaitingApproval, .succeeded, .reversed,
            .notDone, .abandoned:
            false
        }
    }
}
