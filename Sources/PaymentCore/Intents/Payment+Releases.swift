/// What the vendor's word that a hold is gone means.
extension Payment {
    /// The hold ended at the vendor: by our void, by its clock, or by somebody in its dashboard.
    mutating func bookRelease(_ snapshot: PaymentSnapshot, _ asking: Asking) {
        let expired = snapshot.status == .expired
        guard snapshot.status == .voided || expired, intent.capturable > 0,
            snapshot.captured >= ownCaptured
        else { return }
        if let void = attempts.first(where: { $0.operation == .void && $0.state.isOpen }) {
            let receipt = VendorReceipt(reference: snapshot.reference)
            answer(void.id, with: .succeeded(receipt), capture: asking)
            return
        }
        let released = asking.nested(attempts.count)
        append(
            .void,
            released,
            amount: intent.capturable,
            reserved: 0,
            isFinal: true,
            reason: expired ? "expired" : "released_at_vendor",
            origin: .vendor,
            at: holdingAttempt
        )
        settleLast(as: .succeeded, at: asking.now)
        intent.capturable = 0
        moveBySums(otherwise: expired ? .expired : .voided)
        record(expired ? .transactionExpired : .transactionVoided, released.attempt)
    }

    /// Captures that the vendor had only accepted, or whose answer is missing, take nothing any more
    /// once the hold is gone, unless the vendor shows them.
    mutating func endCaptures(_ snapshot: PaymentSnapshot, _ asking: Asking) {
        guard snapshot.status == .voided || snapshot.status == .expired, !snapshot.isAbridged,
            intent.capturable == 0, snapshot.captured >= ownCaptured
        else { return }
        let waiting = snapshot.captures.filter { $0.status == .pending }
        for capture in attempts
        where capture.operation == .capture && capture.isLeftBehind
            && !waiting.contains(where: { $0.isCapture(of: capture) })
        {
            answer(capture.id, with: .rejected(.holdGone), capture: asking)
        }
    }
}

extension Attempt {
    /// Whether nobody waits for the vendor's own answer to it any more.
    fileprivate var isLeftBehind: Bool {
        switch state {
        case .pending, .unknown: true
        case .asked, .requiresAction, .awaitingApproval, .succeeded, .declined, .rejected,
            .notDone, .abandoned, .reversed:
            false
        }
    }
}

extension VendorRejection {
    fileprivate static let holdGone = VendorRejection(
        .authorizationExpired,
        code: "hold_gone",
        message: "the vendor let the hold go before it captured"
    )
}
