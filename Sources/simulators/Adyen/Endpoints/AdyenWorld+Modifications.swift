// What is asked of a payment: answered `received`, decided a little later (sections 2.3 to 2.5).
extension Adyen.World {
    /// - Returns: the modification's own psp reference.
    mutating func modify(
        _ psp: String,
        _ kind: Adyen.Modification.Kind,
        _ request: Adyen.ModificationRequest
    ) throws(Adyen.Failure) -> String {
        try check(merchant: request.merchant)
        let payment = try payment(psp, of: request.merchant)
        var amount: Adyen.Money?
        switch kind {
        case .capture, .refund, .amountUpdate:
            guard let written = request.amount else { throw .noAmount }
            let money = try written.read()
            guard money.currency == payment.amount.currency else { throw .invalidAmount }
            amount = money
        case .cancel, .reversal: break
        }
        return add(
            Adyen.Modification(
                psp: nextPSP(),
                kind: kind,
                merchant: request.merchant,
                payment: psp,
                reference: request.reference,
                amount: amount,
                key: key
            )
        )
    }

    /// `POST /cancels`: a payment whose psp reference nobody knows.
    mutating func cancelByReference(
        _ request: Adyen.ModificationRequest
    ) throws(Adyen.Failure) -> String {
        try check(merchant: request.merchant)
        let name = Self.name(request.merchant, request.paymentReference ?? "")
        return add(
            Adyen.Modification(
                psp: nextPSP(),
                kind: .cancel,
                merchant: request.merchant,
                payment: references[name],
                reference: request.paymentReference,
                amount: nil,
                isTechnical: true,
                key: key
            )
        )
    }

    private mutating func add(_ modification: Adyen.Modification) -> String {
        modifications.insert(modification, id: modification.psp)
        agenda.enter(.decide(modification: modification.psp), at: now + settings.processing)
        return modification.psp
    }

    /// The money that is taken without our asking.
    mutating func captureByItself(_ psp: String) {
        guard let payment = payments[psp], payment.status == .authorised, payment.left > 0 else {
            return
        }
        let modification = Adyen.Modification(
            psp: nextPSP(),
            kind: .capture,
            merchant: payment.merchant,
            payment: psp,
            reference: nil,
            amount: payment.amount.with(payment.left),
            key: nil
        )
        modifications.insert(modification, id: modification.psp)
        decide(modification: modification.psp)
    }

    // MARK: Deciding

    mutating func decide(modification psp: String) {
        guard let modification = modifications[psp] else { return }
        guard let payment = modification.payment.flatMap({ payments[$0] }) else {
            return tell(.technicalCancel, modification, success: false, "Transaction not found")
        }
        switch modification.kind {
        case .capture: capture(modification, payment)
        case .cancel: cancel(modification, payment)
        case .refund: refund(modification, payment)
        case .reversal: reverse(modification, payment)
        case .amountUpdate: updateAmount(modification, payment)
        }
        note(payment.psp)
    }

    private static let insufficient = "Insufficient balance on payment"

    private mutating func capture(_ modification: Adyen.Modification, _ payment: Adyen.Payment) {
        let value = modification.amount?.value ?? 0
        guard payment.status == .authorised else {
            return tell(.capture, modification, success: false, "Transaction not authorised")
        }
        guard value <= payment.left else {
            return tell(.capture, modification, success: false, Self.insufficient)
        }
        guard payment.card.capturing != .fails else {
            return tell(.capture, modification, success: false, "Capture declined")
        }
        payments[payment.psp]?.captured += value
        payments[payment.psp]?.captures += 1
        let sum = payment.amount.with(value).standard
        book.move(.captured, sum, of: payment.psp, key: modification.key)
        // Only an account that may take several times keeps the rest.
        if !settings.capturesSeveralTimes { release(payment.psp) }
        tell(.capture, modification, success: true)
        if payment.card.capturing == .isUndone {
            agenda.enter(.undo(modification: modification.psp), at: now + Terms.waiting)
        }
    }

    private mutating func cancel(_ modification: Adyen.Modification, _ payment: Adyen.Payment) {
        let code: Adyen.Event.Code =
            modification.isTechnical ? .technicalCancel : .cancellation
        let isOpen =
            payment.status == .authorised && payment.left > 0
            && (payment.captures == 0 || settings.capturesSeveralTimes)
        guard isOpen || payment.isUndecided, payment.card.cancelling != .fails else {
            let reason =
                payment.captures > 0 ? "Transaction was already captured" : "Transaction not open"
            return tell(code, modification, success: false, reason)
        }
        release(payment.psp)
        if payment.captures == 0 { payments[payment.psp]?.status = .cancelled }
        tell(code, modification, success: true)
    }

    private mutating func refund(_ modification: Adyen.Modification, _ payment: Adyen.Payment) {
        let value = modification.amount?.value ?? 0
        guard payment.refunded + value <= payment.captured else {
            return tell(.refund, modification, success: false, Self.insufficient)
        }
        guard payment.card.refunding != .fails else {
            return tell(.refund, modification, success: false, "Refund declined")
        }
        giveBack(modification, payment, value)
        tell(.refund, modification, success: true)
    }

    private mutating func giveBack(
        _ modification: Adyen.Modification,
        _ payment: Adyen.Payment,
        _ value: Int64
    ) {
        payments[payment.psp]?.refunded += value
        let sum = payment.amount.with(value).standard
        book.move(.refunded, sum, of: payment.psp, key: modification.key)
        if payment.card.refunding == .isUndone {
            agenda.enter(.undo(modification: modification.psp), at: now + Terms.waiting)
        } else if payment.card.returnsRefund {
            agenda.enter(.returnRefund(modification: modification.psp), at: now + Terms.waiting)
        }
    }

    /// Cancels what was not taken, gives back what was: the whole payment, or nothing.
    private mutating func reverse(_ modification: Adyen.Modification, _ payment: Adyen.Payment) {
        if payment.status == .authorised, payment.captures == 1, payment.refunded == 0 {
            modifications[modification.psp]?.amountOfReversal = payment.captured
            giveBack(modification, payment, payment.captured)
            tell(.cancelOrRefund, modification, success: true, action: "refund")
        } else if payment.captures == 0, payment.status == .authorised || payment.isUndecided {
            release(payment.psp)
            payments[payment.psp]?.status = .cancelled
            tell(.cancelOrRefund, modification, success: true, action: "cancel")
        } else {
            tell(.cancelOrRefund, modification, success: false, "Transaction not open")
        }
    }

    private mutating func updateAmount(
        _ modification: Adyen.Modification,
        _ payment: Adyen.Payment
    ) {
        let value = modification.amount?.value ?? 0
        let code = Adyen.Event.Code.authorisationAdjustment
        guard payment.isPreAuthorised, payment.status == .authorised, payment.captures == 0 else {
            return tell(code, modification, success: false, "Adjustment not possible")
        }
        let change = payment.amount.with(value - payment.authorised)
        payments[payment.psp]?.authorised = value
        if change.value > 0 {
            book.move(.raised, change.standard, of: payment.psp, key: modification.key)
        } else if change.value < 0 {
            book.move(.released, -change.standard, of: payment.psp, key: modification.key)
        }
        tell(code, modification, success: true)
    }

    // MARK: Afterwards

    /// The scheme or the bank does not accept what had succeeded.
    mutating func undo(modification psp: String) {
        guard let modification = modifications[psp],
            let payment = modification.payment.flatMap({ payments[$0] })
        else { return }
        let value = modification.value(of: payment)
        switch modification.kind {
        case .capture:
            // What was given back already stays given back.
            guard payment.captured - value >= payment.refunded else { return }
            // The hold is gone with the capture: nothing is left to take.
            payments[payment.psp]?.captured -= value
            payments[payment.psp]?.released += value
            book.move(.uncaptured, payment.amount.with(value).standard, of: payment.psp, key: nil)
            tell(.captureFailed, modification, success: true, "Capture Failed")
        case .refund, .reversal:
            payments[payment.psp]?.refunded -= value
            book.move(.returned, payment.amount.with(value).standard, of: payment.psp, key: nil)
            tell(.refundFailed, modification, success: true, "Refund Failed")
        case .cancel, .amountUpdate: break
        }
        note(payment.psp)
    }

    /// A refund that was done comes back to the merchant.
    mutating func returnRefund(_ psp: String) {
        guard let modification = modifications[psp],
            let payment = modification.payment.flatMap({ payments[$0] })
        else { return }
        let value = modification.value(of: payment)
        payments[payment.psp]?.refunded -= value
        book.move(.returned, payment.amount.with(value).standard, of: payment.psp, key: nil)
        tell(.refundedReversed, modification, success: true)
        note(payment.psp)
    }
}

extension Adyen.Payment {
    /// The shopper or the issuer has still to decide.
    fileprivate var isUndecided: Bool {
        switch status {
        case .waiting, .pending: true
        case .authorised, .refused, .cancelled, .expired: false
        }
    }
}
