internal import JSON

// A receipt's way; where the shop has a billing, its answers move the receipt on.
extension Payme.World {
    func receipt(_ id: String, of cashbox: String) throws(Payme.Failure) -> Payme.Receipt {
        guard let receipt = receipts[id], receipt.cashbox == cashbox else {
            throw .noSuchReceipt
        }
        return receipt
    }

    mutating func createReceipt(
        _ order: Payme.ReceiptOrder,
        _ cashbox: Payme.Cashbox
    ) throws(Payme.Failure) -> String {
        if order.amount < settings.minimumAmount { throw .amountTooSmall }
        if order.amount > settings.maximumAmount { throw .amountTooLarge }
        if !Payme.Answer.violations(inDetail: order.detail, amount: order.amount).isEmpty {
            throw .wrongValue("detail")
        }
        if order.hold, !cashbox.allowsHolds { throw .wrongValue("hold") }
        let receipt = Payme.Receipt(
            id: identifiers.next(at: now),
            cashbox: cashbox.id,
            created: now,
            amount: order.amount,
            account: order.account,
            description: order.description,
            detail: order.detail,
            wantsHold: order.hold
        )
        receipts.insert(receipt, id: receipt.id)
        book.open(receipt.id, currency: Payme.currency)
        enter(.created, receipt: receipt.id)
        return receipt.id
    }

    /// First checks: from here until an end the receipt cannot be paid again.
    mutating func payReceipt(
        _ order: Payme.PayOrder,
        _ cashbox: Payme.Cashbox
    ) throws(Payme.Failure) {
        let receipt = try receipt(order.id, of: cashbox.id)
        let card = try card(order.token, of: cashbox.id)
        guard receipt.state == .created else { throw .noSuchReceipt }
        guard card.isVerified else { throw .card("Card is not verified") }
        guard receipt.wantsHold == order.hold else { throw .wrongValue("hold") }
        receipts[receipt.id]?.card = card.card
        receipts[receipt.id]?.payer = order.payer
        receipts[receipt.id]?.failure = nil
        enter(.checking, receipt: receipt.id)
        if cashbox.hasBilling, cashbox.url != nil {
            let plan = Payme.Transaction.Plan(card: card.card)
            pay(Payme.Link(receipt), plan, receipt: receipt.id)
        } else {
            debitReceipt(receipt.id)
            if let failure = receipts[receipt.id]?.failure { throw failure }
        }
    }

    /// Asks the bank for the money.
    mutating func debitReceipt(_ id: String) {
        guard let receipt = receipts[id], let card = receipt.card else { return }
        enter(.debiting, receipt: id)
        switch card.verdict {
        case .approved: approve(receipt)
        case .refused(let text): refuse(receipt, .card(text))
        case .systemError, .slowError: refuse(receipt, .processorDown)
        case .later:
            agenda.enter(.finishDebit(receipt: id), at: now + settings.queueTime)
        }
    }

    mutating func finishDebit(_ id: String) {
        guard let receipt = receipts[id], receipt.state == .debiting else { return }
        if receipt.card?.verdict == .later(approved: true) {
            approve(receipt)
        } else {
            refuse(receipt, .card("Insufficient funds"))
        }
    }

    private mutating func approve(_ receipt: Payme.Receipt) {
        book.move(.authorized, receipt.amount, of: receipt.id, key: nil)
        if receipt.wantsHold {
            agenda.enter(.lapseHold(receipt: receipt.id), at: now + Payme.holdLifetime)
            enter(.held, receipt: receipt.id)
        } else {
            take(receipt.amount, of: receipt)
        }
    }

    private mutating func refuse(_ receipt: Payme.Receipt, _ failure: Payme.Failure) {
        stopPaying(receipt.id, failure)
        if transactions[receipt.id] != nil { ask(.cancel, about: receipt.id, reason: 2) }
    }

    /// The payment failed: the receipt waits for payment again.
    mutating func stopPaying(_ id: String, _ failure: Payme.Failure) {
        receipts[id]?.failure = failure
        enter(.created, receipt: id)
    }

    /// Takes what the bank has granted, as soon as the shop knows of it.
    private mutating func take(_ amount: Int64, of receipt: Payme.Receipt) {
        receipts[receipt.id]?.captured = amount
        guard transactions[receipt.id] != nil else { return closePayment(receipt.id) }
        enter(.debited, receipt.id)
        enter(.closing, receipt: receipt.id)
        ask(.perform, about: receipt.id)
    }

    /// The shop does not answer: the receipt is queued and the shop asked again later.
    mutating func queueClosing(_ id: String) {
        enter(.queuedForClosing, receipt: id)
        agenda.enter(.closeAgain(receipt: id), at: now + settings.queueTime)
    }

    mutating func closeAgain(_ id: String) {
        guard receipts[id]?.state == .queuedForClosing else { return }
        enter(.closing, receipt: id)
        ask(.perform, about: id)
    }

    /// The money is the merchant's.
    mutating func closePayment(_ id: String) {
        guard let receipt = receipts[id] else { return }
        book.move(.captured, receipt.captured, of: id, key: nil)
        if receipt.captured < receipt.amount {
            book.move(.released, receipt.amount - receipt.captured, of: id, key: nil)
        }
        receipts[id]?.commission = receipt.captured * settings.commissionBasisPoints / 10_000
        receipts[id]?.paid = now
        enter(.paid, receipt: id)
    }

    /// - Parameter amount: heeded only if `confirmsPartially` is set.
    mutating func confirmHold(
        _ id: String,
        amount: Int64?,
        cashbox: String
    ) throws(Payme.Failure) {
        let receipt = try receipt(id, of: cashbox)
        guard receipt.state == .held else { throw .noSuchReceipt }
        let wanted = settings.confirmsPartially ? amount ?? receipt.amount : receipt.amount
        guard (1...receipt.amount).contains(wanted) else { throw .wrongValue("amount") }
        take(wanted, of: receipt)
    }

    /// An unpaid or held receipt is cancelled at once, a paid one is queued for it.
    mutating func cancelReceipt(_ id: String, cashbox: String) throws(Payme.Failure) {
        let receipt = try receipt(id, of: cashbox)
        switch receipt.state {
        case .created: endReceipt(id)
        case .held:
            // After 30 days a Humo hold can only be confirmed (section 4.2).
            guard now < receipt.created + Payme.holdLifetime else { throw .noSuchReceipt }
            releaseReceipt(id)
            if transactions[id] != nil { ask(.cancel, about: id, reason: 3) }
        case .paid:
            enter(.cancelling, receipt: id)
            agenda.enter(.finishCancel(receipt: id), at: now + settings.queueTime)
        case .cancelling, .cancelled: break  // A repeat shows what has become of the first.
        case .checking, .debiting, .closing, .holding, .paused, .queuedForClosing:
            throw .noSuchReceipt
        }
    }

    /// The shop's billing, where it has one, decides whether the money may go back.
    mutating func finishCancel(_ id: String) {
        guard receipts[id]?.state == .cancelling else { return }
        if transactions[id]?.stage == .performed {
            ask(.cancel, about: id, reason: 5)
        } else {
            refundReceipt(id)
        }
    }

    /// The payer gets back what a receipt took, once that is asked for.
    mutating func refundReceipt(_ id: String) {
        guard let receipt = receipts[id], receipt.state == .cancelling else { return }
        book.move(.refunded, receipt.captured, of: id, key: nil)
        endReceipt(id)
    }

    /// The shop's billing did not cancel: "no" leaves it paid, after silence Payme asks again.
    mutating func stopCancelling(_ id: String, isSilent: Bool) {
        guard receipts[id]?.state == .cancelling else { return }
        if isSilent {
            agenda.enter(.finishCancel(receipt: id), at: now + settings.queueTime)
        } else {
            enter(.paid, receipt: id)
        }
    }

    /// Uzcard lets a hold lapse after 30 days; a Humo hold stays, only to be confirmed.
    mutating func lapseHold(_ id: String) {
        guard let receipt = receipts[id], receipt.state == .held,
            receipt.card?.network == .uzcard
        else { return }
        releaseReceipt(id)
    }

    /// What was held goes back to the payer.
    mutating func releaseReceipt(_ id: String) {
        guard let held = book[id]?.held, held > 0 else { return }
        book.move(.released, held, of: id, key: nil)
        endReceipt(id)
    }

    private mutating func endReceipt(_ id: String) {
        receipts[id]?.cancelled = now
        enter(.cancelled, receipt: id)
    }

    mutating func enter(_ state: Payme.Receipt.State, receipt id: String) {
        receipts[id]?.state = state
        guard let receipt = receipts[id] else { return }
        var metadata: [String: String] = [:]
        for field in Payme.Link(receipt).account { metadata[field.name] = field.value }
        book.note(id, status: "\(state.rawValue)", metadata: metadata)
    }
}

extension Payme.Link {
    /// A receipt as the shop's billing is asked about it.
    fileprivate init(_ receipt: Payme.Receipt) {
        merchant = receipt.cashbox
        amount = receipt.amount
        account = receipt.account.members.map { member in
            Field(name: member.name, value: member.value.stringValue ?? member.value.text)
        }
    }
}
