/// What vendors report of single requests: the end of what we asked and they had only accepted,
/// and what was asked elsewhere. As with every fact: never refused, and never applied twice.
extension Payment {
    mutating func observe(_ movement: MovementSnapshot, _ asking: Asking) {
        let index = index(of: movement)
        guard movement.kind != .refund else {
            observe(movement.refund(of: attempts, index), asking)
            return
        }
        guard let index else { return observeUnasked(movement, asking) }
        switch (movement.status, attempts[index].state) {
        case (.succeeded, let state) where state.isOpen:
            answer(attempts[index].id, with: .succeeded(movement.receipt), capture: asking)
        case (.failed(let code), let state) where state.isOpen,
            (.reversed(let code), let state) where state.isOpen:
            answer(attempts[index].id, with: .rejected(.failed(code)), capture: asking)
        case (.reversed(let code), .succeeded): reverseCapture(index, code, asking.now)
        case (.succeeded, .succeeded), (.succeeded, .reversed), (.failed, _), (.reversed, _): break
        // It had ended as "no", and then the vendor did it all the same.
        case (.succeeded, _): observeUnasked(movement, asking)
        }
    }

    /// The attempt that it is about: by the vendor's id, by ours, or, when the answer that would
    /// have told us the vendor's id is still missing, the only one that waits for such an answer.
    private func index(of movement: MovementSnapshot) -> Int? {
        let own = attempts.indices.filter { attempts[$0].operation == movement.kind.operation }
        if let index = own.first(where: { attempts[$0].reference == movement.reference })
            ?? own.first(where: { attempts[$0].id == movement.attempt })
        {
            return index
        }
        guard concerns(movement) else { return nil }
        let candidates = own.filter { index in
            let attempt = attempts[index]
            let amount = attempt.movedAmount ?? attempt.amount
            guard movement.kind.isRelease || amount == movement.amount.minorUnits else {
                return false
            }
            if case .reversed = movement.status { return attempt.state == .succeeded }
            return attempt.state.isOpen && attempt.reference == nil
        }
        return candidates.count == 1 ? candidates[0] : nil
    }

    /// Whether it reports a capture that matches none of ours, while a sum has shown one already: a
    /// sum names none, so it may be the same, and only the vendor can tell.
    func mayRepeat(_ snapshot: VendorSnapshot) -> Bool {
        guard case .movement(let movement) = snapshot, movement.kind == .capture,
            movement.status == .succeeded, concerns(movement), index(of: movement) == nil
        else { return false }
        return captures.contains { $0.state == .succeeded && $0.reference == intent.reference }
    }

    /// Whether it belongs to what is held now, not to another try.
    private func concerns(_ movement: MovementSnapshot) -> Bool {
        if movement.paymentReference == intent.reference { return true }
        return holdingAttempt == nil
            && attempts.last { $0.operation == .authorize }?.id == movement.attempt
    }

    /// A movement that matches none of our attempts.
    private mutating func observeUnasked(_ movement: MovementSnapshot, _ asking: Asking) {
        let isConcerned = concerns(movement)
        switch (movement.kind, movement.status) {
        case (.capture, .succeeded) where holdingAttempt == nil || !isConcerned:
            // Whatever is captured was authorized: that notification is still on its way, or it was
            // another try's.
            observe(payment(of: movement, as: .captured), asking)
        case _ where !isConcerned: break
        case (.capture, .succeeded):
            let amount = movement.amount.minorUnits
            let isSale = intent.captureMethod == .automatic && amount <= intent.capturable
            bookCapture(
                of: amount,
                reference: movement.reference,
                asking.nested(attempts.count),
                origin: .vendor,
                at: holdingAttempt
            )
            flagUnless(isSale)
        case (.void, .succeeded): observe(payment(of: movement, as: .voided), asking)
        case (.expiry, .succeeded): observe(payment(of: movement, as: .expired), asking)
        // Somebody else's request failed, or a refund, which takes its own path.
        case (_, .failed), (.refund, _): break
        case (_, .reversed): flagUnless(false)
        }
    }

    /// The payment as the movement shows it; what it leaves out is as we know it.
    private func payment(
        of movement: MovementSnapshot,
        as status: PaymentSnapshot.Status
    ) -> VendorSnapshot {
        .payment(
            PaymentSnapshot(
                reference: movement.paymentReference,
                attempt: movement.attempt,
                status: status,
                amount: intent.amount,
                capturable: 0,
                captured: status == .captured ? movement.amount.minorUnits : ownCaptured,
                captureReference: movement.reference,
                // Less than is held is released: an accepted capture may still take the rest.
                isAbridged: movement.kind.isRelease
                    && movement.amount.minorUnits < intent.capturable
            )
        )
    }

    /// A capture that had succeeded was taken back. Money that was claimed never becomes a promise
    /// again, so the state stays, and a person must look.
    private mutating func reverseCapture(_ index: Int, _ code: String, _ now: Timestamp) {
        guard attempts[index].operation == .capture else { return flagUnless(false) }
        intent.captured -= attempts[index].movedAmount ?? attempts[index].amount
        settle(index, as: .reversed(code: code), at: now)
        if intent.captured > 0 || intent.refunded > 0 { moveBySums(otherwise: .captured) }
        record(.transactionUpdated, attempts[index].id)
        flagUnless(false)
    }
}

extension MovementSnapshot.Kind {
    fileprivate var operation: Attempt.Operation {
        switch self {
        case .capture: .capture
        case .void, .expiry: .void
        case .refund: .refund
        }
    }

    /// Whether it lets go of all that is held.
    var isRelease: Bool {
        switch self {
        case .void, .expiry: true
        case .capture, .refund: false
        }
    }
}

extension MovementSnapshot {
    fileprivate var receipt: VendorReceipt {
        VendorReceipt(reference: reference, amount: amount.minorUnits, details: details)
    }

    fileprivate func refund(of attempts: [Attempt], _ index: Int?) -> VendorSnapshot {
        .refund(
            RefundSnapshot(
                reference: reference,
                paymentReference: paymentReference,
                attempt: index.map { attempts[$0].id },
                status: refundStatus,
                amount: amount,
                details: details
            )
        )
    }

    private var refundStatus: RefundSnapshot.Status {
        switch status {
        case .succeeded: .succeeded
        case .failed(let code), .reversed(let code): .failed(code: code)
        }
    }
}

extension VendorRejection {
    static func failed(_ code: String) -> VendorRejection {
        VendorRejection(.wrongState, code: code, message: "the vendor accepted it and then failed")
    }
}
