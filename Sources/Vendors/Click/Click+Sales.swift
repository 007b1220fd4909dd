package import HTTP
import JSON
package import PaymentCore

// Fiscal receipts (section 4.3): what a paid payment bought, for the tax authority.
extension Click.Dialect {
    package func step(
        _ sale: VendorSale,
        after answers: [HTTPResponse]
    ) throws(VendorRejection) -> VendorStep<VendorOutcome> {
        guard case .payment(let payment) = Click.Reference(sale.paymentReference) else {
            throw .unknownReference
        }
        guard
            let receipt = Click.FiscalReceipt(
                sale.items,
                of: sale.amount.minorUnits,
                service.taxes
            )
        else {
            throw .amount(
                "receipt_not_right",
                "the items do not add up to the payment, or one has no tax code"
            )
        }
        return try Conversation.step(after: answers) {
            (conversation) throws(Conversation.Interruption) in
            try register(receipt, of: payment, sale, &conversation)
        }
    }

    /// Nobody remembers whether Click was told before and the answer lost: it is asked for the
    /// receipt first.
    private func register(
        _ receipt: Click.FiscalReceipt,
        of payment: Int64,
        _ sale: VendorSale,
        _ conversation: inout Conversation
    ) throws(Conversation.Interruption) -> VendorOutcome {
        if let known = try address(of: payment, &conversation) {
            return .succeeded(sale.receipt(at: known))
        }
        let reply = Click.Reply(try conversation.answer(to: submit(receipt, of: payment), .none))
        switch reply {
        case .done:
            return .succeeded(sale.receipt(at: try address(of: payment, &conversation)))
        case .refused(let code, let note):
            // Not for good: a payment may be too young for it.
            return .rejected(VendorRejection(.wrongState, code: String(code), message: note))
        case .unauthorized, .unknown: return reply.verdict
        }
    }

    private func address(
        of payment: Int64,
        _ conversation: inout Conversation
    ) throws(Conversation.Interruption) -> String? {
        let answer = try conversation.answer(to: fiscalData(of: payment), .addition)
        return Click.FiscalReceipt.address(in: answer, of: payment)
    }
}

extension VendorSale {
    /// The payment's details and where its receipt is shown; no details while that is unknown.
    fileprivate func receipt(at address: String?) -> VendorReceipt {
        guard let address else { return VendorReceipt(reference: paymentReference) }
        // Silence is right: they are our own words.
        var known = details.flatMap { try? JSONValue.parse($0) }?.objectValue ?? JSONObject()
        known["fiscal_qr_code_url"] = .string(address)
        return VendorReceipt(
            reference: paymentReference,
            details: String(decoding: JSONValue.object(known).bytes(), as: UTF8.self)
        )
    }
}
