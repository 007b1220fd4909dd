internal import JSON

extension PayPal.World {
    func write(authorization id: String, _ isWhole: Bool, to object: inout JSONWriter) {
        guard let authorization = authorizations[id] else { return }
        object.member("id", id)
        object.member("status", authorization.status.rawValue)
        if isWhole {
            writeReason(authorization.reason, to: &object)
            object.member("amount", authorization.amount)
            writeNotes(of: authorization.order, authorization.unit, to: &object)
            object.member("expiration_time", authorization.expires.rfc3339())
            writeProtection(to: &object)
            write(authorization.processorResponse, to: &object)
            if authorization.processorResponse != nil, authorization.status != .denied {
                object.object("network_transaction_reference") { reference in
                    reference.member("id", Self.networkReference(of: id))
                    reference.member("network", "VISA")
                }
            }
            writeRelated([("order_id", authorization.order)], to: &object)
            object.member("create_time", authorization.created.rfc3339())
            object.member("update_time", authorization.updated.rfc3339())
        }
        object.array("links") { links in
            let path = address("/v2/payments/authorizations/\(id)")
            links.link(path, "self")
            switch authorization.status {
            case .created, .partiallyCaptured:
                links.link("\(path)/capture", "capture", "POST")
                links.link("\(path)/void", "void", "POST")
                links.link("\(path)/reauthorize", "reauthorize", "POST")
            case .pending: links.link("\(path)/void", "void", "POST")
            case .captured, .voided, .denied: break
            }
            links.link(address("/v2/checkout/orders/\(authorization.order)"), "up")
        }
    }

    func write(capture id: String, _ isWhole: Bool, to object: inout JSONWriter) {
        guard let capture = captures[id] else { return }
        object.member("id", id)
        object.member("status", capture.status.rawValue)
        if isWhole {
            writeReason(capture.reason, to: &object)
            object.member("amount", capture.amount)
            object.member("final_capture", capture.isFinal)
            writeNotes(of: capture.order, capture.unit, invoice: capture.invoiceID, to: &object)
            writeProtection(to: &object)
            switch capture.status {
            case .completed, .partiallyRefunded, .refunded:
                object.object("seller_receivable_breakdown") { breakdown in
                    breakdown.member("gross_amount", capture.amount)
                    breakdown.member("paypal_fee", capture.fee)
                    let net = capture.amount.amount - capture.fee.amount
                    breakdown.member("net_amount", capture.amount.with(net))
                }
            case .pending, .declined, .failed: break
            }
            write(capture.processorResponse, to: &object)
            var related = [("order_id", capture.order)]
            if let hold = capture.authorization { related.append(("authorization_id", hold)) }
            writeRelated(related, to: &object)
            object.member("create_time", capture.created.rfc3339())
            object.member("update_time", capture.updated.rfc3339())
        }
        object.array("links") { links in
            let path = address("/v2/payments/captures/\(id)")
            links.link(path, "self")
            links.link("\(path)/refund", "refund", "POST")
            if let hold = capture.authorization {
                links.link(address("/v2/payments/authorizations/\(hold)"), "up")
            } else {
                links.link(address("/v2/checkout/orders/\(capture.order)"), "up")
            }
        }
    }

    func write(refund id: String, _ isWhole: Bool, to object: inout JSONWriter) {
        guard let refund = refunds[id] else { return }
        object.member("id", id)
        object.member("status", refund.status.rawValue)
        if isWhole {
            writeReason(refund.reason, to: &object)
            object.member("amount", refund.amount)
            if let text = refund.customID { object.member("custom_id", text) }
            if let text = refund.invoiceID { object.member("invoice_id", text) }
            if let text = refund.note { object.member("note_to_payer", text) }
            object.object("seller_payable_breakdown") { breakdown in
                breakdown.member("gross_amount", refund.amount)
                // The fee of the capture is kept.
                breakdown.member("paypal_fee", refund.amount.with(0))
                breakdown.member("net_amount", refund.amount)
                breakdown.member("total_refunded_amount", refund.total)
            }
            if orders[refund.order]?.funding?.isCard == true {
                object.member("acquirer_reference_number", Self.networkReference(of: id))
            }
            writeRelated([("order_id", refund.order), ("capture_id", refund.capture)], to: &object)
            object.member("create_time", refund.created.rfc3339())
            object.member("update_time", refund.updated.rfc3339())
        }
        object.array("links") { links in
            links.link(address("/v2/payments/refunds/\(id)"), "self")
            links.link(address("/v2/payments/captures/\(refund.capture)"), "up")
        }
    }

    // MARK: Parts

    private func writeReason(_ reason: String?, to object: inout JSONWriter) {
        guard let reason else { return }
        object.object("status_details") { $0.member("reason", reason) }
    }

    private func writeProtection(to object: inout JSONWriter) {
        object.object("seller_protection") { $0.member("status", "ELIGIBLE") }
    }

    /// The merchant's own words on a payment.
    private func writeNotes(
        of order: String,
        _ unit: Int,
        invoice: String? = nil,
        to object: inout JSONWriter
    ) {
        guard let unit = orders[order]?.units[unit] else { return }
        if let text = unit.customID { object.member("custom_id", text) }
        if let text = invoice ?? unit.invoiceID { object.member("invoice_id", text) }
    }

    private func write(_ response: PayPal.ProcessorResponse?, to object: inout JSONWriter) {
        guard let response else { return }
        object.object("processor_response") { object in
            object.member("avs_code", "Y")
            object.member("cvv_code", "M")
            object.member("response_code", response.responseCode)
            if let advice = response.adviceCode { object.member("payment_advice_code", advice) }
        }
    }

    private func writeRelated(_ identifiers: [(String, String)], to object: inout JSONWriter) {
        object.object("supplementary_data") { data in
            data.object("related_ids") { related in
                for (name, id) in identifiers { related.member(name, id) }
            }
        }
    }

    /// What the card network calls it: 15 digits that follow from the identifier.
    private static func networkReference(of id: String) -> String {
        let number = id.utf8.reduce(UInt64(7)) { ($0 &* 31 &+ UInt64($1)) % 1_000_000_000_000_000 }
        let digits = String(number)
        return String(repeating: "0", count: 15 - digits.count) + digits
    }
}
