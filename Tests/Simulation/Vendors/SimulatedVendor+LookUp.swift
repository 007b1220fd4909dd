internal import PaymentCore

extension SimulatedVendor {
    /// Tells what is in the book. A movement whose request never arrived, or was refused, is not.
    func lookUp(_ lookUp: VendorOperation.LookUp, key: String) -> VendorOutcome {
        switch lookUp.subject {
        case .payment(let reference):
            guard let place = place(reference) else { return .notFound }
            switch lookUp.movement {
            case .capture where !hasDone(key), .void where !hasDone(key): return .notFound
            case .authorize, .capture, .void, .refund: break
            }
            return .found(.payment(payments[place].snapshot))
        case .paymentOfAttempt(let attempt, _):
            let payment = payments.first { $0.attempt == attempt }
            return payment.map { .found(.payment($0.snapshot)) } ?? .notFound
        case .refund(let reference):
            return found { $0.reference == reference }
        case .refundOfAttempt(let attempt, _):
            return found { $0.attempt == attempt }
        }
    }

    private func hasDone(_ key: String) -> Bool {
        switch answers[key] {
        case .succeeded, .pending: true
        case .requiresAction, .declined, .rejected, .notDone, .unknown, .abandoned, .found,
            .notFound, nil:
            false
        }
    }

    private func found(_ isMeant: (VendorMovement) -> Bool) -> VendorOutcome {
        let movement = movements.first { $0.kind == .refund && isMeant($0) }
        return movement.map { .found(.refund(snapshot(ofRefund: $0))) } ?? .notFound
    }

    func snapshot(ofRefund movement: VendorMovement) -> RefundSnapshot {
        let status: RefundSnapshot.Status =
            switch movement.status {
            case .pending: .pending
            case .done: .succeeded
            case .failed: .failed(code: "closed_account")
            }
        return RefundSnapshot(
            reference: movement.reference,
            paymentReference: payments[movement.payment].reference,
            attempt: movement.attempt,
            status: status,
            amount: Money(movement.amount, .usd)
        )
    }
}
