/// Cash: received at the desk, refunded by two persons.
extension Payment {
    /// Takes the whole amount in cash.
    mutating func takeCash(
        _ asking: Asking,
        drawer: String,
        receipt: ReceiptID
    ) throws(Refusal) -> CashReceipt {
        guard intent.state == .pendingCash else {
            throw .unexpectedState(intent.state, .capture)
        }
        intent.method.drawer = drawer
        intent.vendor = .cash
        intent.account = nil
        bookCapture(
            of: intent.amount.minorUnits,
            reference: receipt.description,
            asking,
            origin: .gateway,
            at: nil
        )
        return CashReceipt(
            id: receipt,
            intent: intent.id,
            attempt: asking.attempt,
            drawer: drawer,
            property: intent.property,
            direction: .received,
            amount: intent.amount,
            recordedBy: asking.actor,
            recordedAt: asking.now
        )
    }

    mutating func askCashRefund(
        _ asking: Asking,
        amount: Int64?,
        reason: String?
    ) throws(Refusal) {
        guard intent.vendor == .cash else { throw .notSupported(.operation) }
        try askRefund(
            asking,
            amount: amount,
            reason: reason,
            capabilities: Capabilities(
                operations: [.refund],
                methodKinds: [.cash],
                partialRefund: true,
                refundApproval: .always
            )
        )
        facts = []
        record(.cashRefundRequested, asking.attempt)
    }

    /// Pays out or turns down; the receipt is the money that left the drawer.
    mutating func decideCashRefund(
        _ id: AttemptID,
        approve: Bool,
        _ asking: Asking,
        drawer: String?,
        receipt: ReceiptID
    ) throws(Refusal) -> CashReceipt? {
        guard approve else {
            try turnDownRefund(id, at: asking.now)
            return nil
        }
        let index = try indexAwaitingApproval(id)
        answer(
            id,
            with: .succeeded(VendorReceipt(reference: receipt.description)),
            capture: asking
        )
        return CashReceipt(
            id: receipt,
            intent: intent.id,
            attempt: id,
            drawer: drawer ?? intent.method.drawer ?? "",
            property: intent.property,
            direction: .paidOut,
            amount: Money(attempts[index].amount, intent.amount.currency),
            recordedBy: asking.actor,
            recordedAt: asking.now
        )
    }
}
