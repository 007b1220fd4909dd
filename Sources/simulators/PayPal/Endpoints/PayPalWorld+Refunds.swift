internal import JSON

// Money given back (section 2.5).
extension PayPal.World {
    /// `POST …/captures/{id}/refund`.
    mutating func refundCapture(
        _ id: String,
        _ request: PayPal.RefundRequest
    ) throws(PayPal.Failure) -> String {
        let capture = try capture(id)
        try checkRefundable(capture)
        let left = capture.amount.amount - capture.refunded
        let written = try request.amount.map { written throws(PayPal.Failure) in
            try written.read(.positive, at: "/amount")
        }
        let amount = written ?? capture.amount.with(left)
        guard amount.currency == capture.amount.currency else {
            throw .issue("REFUND_CAPTURE_CURRENCY_MISMATCH", at: "/amount/currency_code")
        }
        guard amount.amount <= left else {
            throw .issue("REFUND_AMOUNT_EXCEEDED", at: "/amount/value")
        }
        if let invoice = request.invoiceID { try checkInvoice(invoice, at: "/invoice_id") }
        let refunding = orders[capture.order]?.funding?.refunding ?? .completes
        if case .refuses(let issue) = refunding { throw .issue(issue) }
        if let invoice = request.invoiceID { usedInvoices.insert(invoice) }
        let refund = addRefund(amount, of: capture, request)
        switch refunding {
        case .completes, .refuses: settleRefund(refund, completes: true)
        case .waits(let completes):
            refunds[refund]?.reason = "ECHECK"
            emit(.refundPending, refund: refund)
            agenda.enter(.settleRefund(refund, completes: completes), at: now + Terms.waiting)
        }
        return refund
    }

    private func checkRefundable(_ capture: PayPal.Capture) throws(PayPal.Failure) {
        switch capture.dispute {
        case .open: throw .issue("TRANSACTION_DISPUTED")
        case .chargedBack: throw .issue("REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK")
        case nil: break
        }
        switch capture.status {
        case .pending: throw .issue("PENDING_CAPTURE")
        case .declined, .failed: throw .issue("REFUND_NOT_ALLOWED")
        case .refunded: throw .issue("CAPTURE_FULLY_REFUNDED")
        case .completed, .partiallyRefunded: break
        }
        guard capture.refunded < capture.amount.amount else {
            throw .issue("CAPTURE_FULLY_REFUNDED")
        }
        guard now <= capture.created + Terms.refunding else {
            throw .issue("REFUND_TIME_LIMIT_EXCEEDED")
        }
    }

    /// Writes a refund down that is still to be settled.
    mutating func addRefund(
        _ amount: PayPal.Money,
        of capture: PayPal.Capture,
        _ request: PayPal.RefundRequest = PayPal.RefundRequest()
    ) -> String {
        let refund = PayPal.Refund(
            id: nextID(),
            capture: capture.id,
            order: capture.order,
            created: now,
            amount: amount,
            customID: request.customID ?? orders[capture.order]?.units[capture.unit].customID,
            invoiceID: request.invoiceID ?? capture.invoiceID,
            note: request.note,
            total: amount.with(capture.refunded + amount.amount),
            status: .pending,
            updated: now
        )
        refunds.insert(refund, id: refund.id)
        captures[capture.id]?.refunds.append(refund.id)
        captures[capture.id]?.refunded += amount.amount
        return refund.id
    }

    /// A waiting refund goes through, or comes back to the merchant.
    mutating func settleRefund(_ id: String, completes: Bool) {
        guard let refund = refunds[id], refund.status == .pending,
            let capture = captures[refund.capture]
        else { return }
        refunds[id]?.updated = now
        refunds[id]?.reason = nil
        guard completes else {
            refunds[id]?.status = .failed
            captures[capture.id]?.refunded -= refund.amount.amount
            return emit(.refundFailed, refund: id)
        }
        refunds[id]?.status = .completed
        captures[capture.id]?.updated = now
        captures[capture.id]?.status =
            capture.refunded == capture.amount.amount ? .refunded : .partiallyRefunded
        book.move(.refunded, refund.amount.amount, of: refund.order, key: key)
        emit(.captureRefunded, refund: id)
    }
}

extension PayPal {
    /// The body of a refund (section 2.5).
    struct RefundRequest: Sendable {
        var amount: WrittenMoney?
        var customID: String?
        var invoiceID: String?
        var note: String?
    }
}

extension PayPal.RefundRequest {
    static var reader: JSONReader<Self> {
        .object { fields throws(JSONFieldErrors) in
            var request = PayPal.RefundRequest()
            request.amount = fields.optional("amount", PayPal.WrittenMoney.reader)
            request.customID = fields.optional("custom_id", .string(bytes: 1...255))
            request.invoiceID = fields.optional("invoice_id", .string(bytes: 1...127))
            request.note = fields.optional("note_to_payer", .string(bytes: 1...255))
            try fields.finish()
            return request
        }
    }
}
