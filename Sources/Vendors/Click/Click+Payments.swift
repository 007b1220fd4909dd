import HTTP
import JSON
import PaymentCore

extension Click.Dialect {
    /// By a code that the payer shows, by a stored card, by an invoice in the payer's app, or by a
    /// link.
    func authorized(
        _ asked: VendorOperation.Authorize,
        _ answers: [HTTPResponse]
    ) throws(VendorRejection) -> VendorStep<VendorOutcome> {
        guard asked.amount.currency.code == "UZS" else {
            throw .amount("currency", "Click takes UZS only")
        }
        guard !asked.manualCapture else { throw .methodUnusable("Click holds nothing") }
        if let code = asked.oneTimeToken {
            return try charge(asked, by: passPayment(asked, code), answers)
        }
        if let token = asked.token {
            return try charge(asked, by: tokenPayment(asked, token), answers)
        }
        guard !asked.offSession else {
            throw .methodUnusable("a payment without the payer needs a stored card")
        }
        guard asked.method == .mobileMoney else {
            return .finished(page(asked, reference: asked.attempt.description))
        }
        return try invoice(asked, answers.first.map { Click.Reply($0) })
    }

    /// Nothing is sent: Click asks us about the order once somebody pays.
    private func page(
        _ asked: VendorOperation.Authorize,
        reference: String
    ) -> VendorOutcome {
        let receipt = VendorReceipt(
            reference: reference,
            details: VendorDetails.text { $0.member("merchant_trans_id", "\(asked.attempt)") }
        )
        return .requiresAction(.redirect(url: link(asked)), receipt)
    }

    private func link(_ asked: VendorOperation.Authorize) -> String {
        var query = [
            ("service_id", service.id), ("merchant_id", service.merchantID),
            ("amount", DecimalAmount.text(asked.amount)),
            ("transaction_param", asked.attempt.description),
        ]
        if let page = asked.returnURL { query.append(("return_url", page)) }
        if let cards = service.cardType { query.append(("card_type", cards)) }
        let text = query.map { "\($0)=\(PercentCoding.encode($1))" }.joined(separator: "&")
        return "\(service.payBase.text)/services/pay?\(text)"
    }

    /// The payer confirms it in Click's app, or pays by the link of the same order.
    private func invoice(
        _ asked: VendorOperation.Authorize,
        _ reply: Click.Reply?
    ) throws(VendorRejection) -> VendorStep<VendorOutcome> {
        guard let phone = asked.payer?.uzbekPhone else {
            throw .methodUnusable("an invoice needs the payer's phone, as 998 and nine digits")
        }
        switch reply {
        case nil:
            let request = post("invoice/create") { writer in
                writer.member("amount", DecimalAmount.json(asked.amount))
                writer.member("phone_number", phone)
                writer.member("merchant_trans_id", asked.attempt.description)
            }
            return .ask(request, .opensPage)
        case .done(let json):
            guard let id = json["invoice_id"]?.plainText.flatMap(Int64.init), id > 0 else {
                return .finished(.abandoned(.unreadableReply))
            }
            let reference = "\(Click.Reference.invoicePrefix)\(id)"
            return .finished(page(asked, reference: reference))
        case .unknown(let reason): return .finished(.abandoned(reason))
        case .refused(let code, let note):
            return .finished(.declined(service.decline(code, note), nil))
        case .unauthorized(let status): return .finished(.rejected(.unauthorized(status)))
        }
    }

    /// A link or an invoice is let go by not honouring it: Click asks before it takes money.
    func release(
        _ asked: VendorOperation.Void
    ) throws(VendorRejection) -> VendorStep<VendorOutcome> {
        switch Click.Reference(asked.paymentReference) {
        case .page, .invoice:
            .finished(.succeeded(VendorReceipt(reference: asked.paymentReference)))
        case .payment: .finished(.rejected(.begun))
        case nil: throw .unknownReference
        }
    }
}

extension VendorRejection {
    fileprivate static let begun = VendorRejection(
        .wrongState,
        code: "payment_begun",
        message: "Click has begun to take the money; it can be given back afterwards"
    )
}
