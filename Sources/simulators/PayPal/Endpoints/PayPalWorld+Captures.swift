// Money taken, and what becomes of it (section 2.3).
extension PayPal.World {
    /// The capture is decided later.
    mutating func wait(_ capture: inout PayPal.Capture, _ reason: String, completes: Bool) {
        capture.status = .pending
        capture.reason = reason
        let task = Task.settleCapture(capture.id, completes: completes)
        agenda.enter(task, at: now + Terms.waiting)
    }

    /// Tells of a capture that was just made, and moves the money if it is complete.
    mutating func finish(_ id: String) {
        guard let capture = captures[id] else { return }
        switch capture.status {
        case .completed:
            collect(capture)
            emit(.captureCompleted, capture: id)
        case .pending: emit(.capturePending, capture: id)
        case .declined: emit(.captureDeclined, capture: id)
        case .failed, .partiallyRefunded, .refunded: break
        }
    }

    private mutating func collect(_ capture: PayPal.Capture) {
        // Money that is taken at once was never held.
        if capture.authorization == nil {
            book.move(.authorized, capture.amount.amount, of: capture.order, key: nil)
        }
        book.move(.captured, capture.amount.amount, of: capture.order, key: key)
    }

    /// A waiting capture is decided.
    mutating func settleCapture(_ id: String, completes: Bool) {
        guard let capture = captures[id], capture.status == .pending else { return }
        captures[id]?.updated = now
        captures[id]?.reason = completes ? nil : "DECLINED_BY_RISK_FRAUD_FILTERS"
        captures[id]?.status = completes ? .completed : .declined
        guard !completes else { return finish(id) }
        if let hold = capture.authorization.flatMap({ authorizations[$0] }) {
            giveBack(capture.amount.amount, to: hold)
        }
        emit(.captureDenied, capture: id)
    }

    /// A declined capture's money is held again, or goes back when the hold is over.
    private mutating func giveBack(_ amount: Int64, to hold: PayPal.Authorization) {
        switch hold.status {
        case .created, .partiallyCaptured:
            authorizations[hold.id]?.captured -= amount
            authorizations[hold.id]?.status =
                hold.captured == amount ? .created : .partiallyCaptured
        case .captured, .voided, .pending, .denied:
            book.move(.released, amount, of: hold.order, key: nil)
        }
    }

    /// The payer's bank or the vendor takes the money back from the merchant.
    mutating func reverseCapture(_ id: String) throws(PayPal.Failure) {
        let capture = try capture(id)
        let left = capture.amount.amount - capture.refunded
        guard left > 0, capture.status == .completed || capture.status == .partiallyRefunded
        else { throw .issue("CAPTURE_FULLY_REFUNDED") }
        captures[id]?.dispute = .chargedBack
        captures[id]?.updated = now
        let refund = addRefund(capture.amount.with(left), of: capture)
        refunds[refund]?.status = .completed
        captures[id]?.status = .refunded
        book.move(.refunded, left, of: capture.order, key: nil)
        emit(.captureReversed, refund: refund)
    }
}
