import HTTP
import JSON
import PaymentCore

// What is charged at once: stored cards (section 4.2), and CLICK Pass, a code of the payer's app
// that a till scans (section 3.6).
extension Click.Dialect {
    func tokenPayment(
        _ asked: VendorOperation.Authorize,
        _ token: VendorToken
    ) throws(VendorRejection) -> HTTPRequest {
        try requireTokens()
        return post("card_token/payment") { writer in
            writer.member("card_token", Click.CardToken(token).text)
            writer.member("amount", DecimalAmount.json(asked.amount))
            writer.member("transaction_parameter", asked.attempt.description)
        }
    }

    func passPayment(
        _ asked: VendorOperation.Authorize,
        _ code: VendorToken
    ) throws(VendorRejection) -> HTTPRequest {
        guard service.takesPass else {
            throw .methodUnusable("CLICK Pass is not enabled for this account")
        }
        return post("click_pass/payment") { writer in
            writer.member("otp_data", code.value)
            writer.member("amount", DecimalAmount.json(asked.amount))
            if let cashbox = service.cashbox { writer.member("cashbox_code", cashbox) }
            // What it is looked up by when the answer is lost.
            writer.member("transaction_id", asked.attempt.description)
        }
    }

    func charge(
        _ asked: VendorOperation.Authorize,
        by request: HTTPRequest,
        _ answers: [HTTPResponse]
    ) throws(VendorRejection) -> VendorStep<VendorOutcome> {
        try Conversation.step(after: answers) {
            (conversation) throws(Conversation.Interruption) in
            try self.charge(asked, by: request, &conversation)
        }
    }

    /// Once the first request is answered money may have moved: from then on only the payment's
    /// status is a verdict, whatever else Click answers.
    private func charge(
        _ asked: VendorOperation.Authorize,
        by request: HTTPRequest,
        _ conversation: inout Conversation
    ) throws(Conversation.Interruption) -> VendorOutcome {
        let reply = Click.Reply(try conversation.answer(to: request, .movesMoney))
        if case .refused(let code, let note) = reply {
            return .declined(service.decline(code, note), nil)
        }
        guard case .done(let json) = reply, var charge = Click.Charge(json) else {
            return reply.verdict
        }
        if charge.awaitsConfirmation {
            let answer = Click.Reply(
                try conversation.answer(to: confirmation(of: charge.payment.id), .movesMoney)
            )
            switch answer {
            // A refusal may mean that we were too late, or that this was said before.
            case .done, .refused: charge.hear(answer)
            case .unauthorized, .unknown: return .unknown(answer.doubt)
            }
        }
        if charge.payment.status == nil {
            let answer = Click.Reply(
                try conversation.answer(to: status(of: charge.payment.id), .movesMoney)
            )
            charge.hear(answer)
            guard charge.payment.status != nil else { return .unknown(answer.doubt) }
        }
        return outcome(of: charge, asked)
    }

    /// Within 30 s of the payment, or Click gives the money back by itself: the whole conversation
    /// has no longer.
    private func confirmation(of payment: Int64) -> HTTPRequest {
        post("click_pass/confirm") { $0.member("payment_id", payment) }
    }

    private func outcome(
        of charge: Click.Charge,
        _ asked: VendorOperation.Authorize
    ) -> VendorOutcome {
        switch charge.payment.status {
        case .paid: .succeeded(charge.receipt(for: asked.amount))
        case .open: .pending(charge.receipt(for: asked.amount))
        case .failed(let code, let note): .declined(service.decline(code, note), nil)
        case .other, nil: .unknown(.unrecognizedStatus)
        }
    }

    func requireTokens() throws(VendorRejection) {
        guard service.takesTokens else {
            throw .methodUnusable("stored cards are not enabled for this account")
        }
    }
}

extension Click {
    /// What a charge was answered with; of CLICK Pass also what the payer paid with.
    fileprivate struct Charge {
        var payment: PaymentReport
        /// `confirm_mode`: the money goes back unless the shop says within 30 s that it wants it.
        let awaitsConfirmation: Bool
        /// Of the card behind the code.
        private let method: MethodDetails?
        /// `private` or `corporate`.
        private let cardType: String?
        /// `UZCARD`, `HUMO` or `WALLET`.
        private let processing: String?

        init?(_ json: JSONValue) {
            guard let payment = PaymentReport(json) else { return nil }
            self.payment = payment
            let isAsked = json["confirm_mode"]?.plainText == "1"
            awaitsConfirmation = if case .failed = payment.status { false } else { isAsked }
            method = json["card_number"]?.stringValue.flatMap { mask in
                mask.isEmpty ? nil : MethodDetails(mask: mask, expiry: nil)
            }
            cardType = json["card_type"]?.stringValue
            processing = json["processing_type"]?.stringValue
        }

        /// Takes what a later answer says of the payment: nothing, when it does not name it.
        mutating func hear(_ reply: Reply) {
            let later = reply.payment
            payment.status = later?.id == payment.id ? later?.status : nil
        }

        /// See `docs/details/click.md`.
        func receipt(for amount: Money) -> VendorReceipt {
            let isPaid = if case .paid = payment.status { true } else { false }
            return VendorReceipt(
                reference: String(payment.id),
                amount: amount.minorUnits,
                captured: isPaid,
                method: method,
                details: VendorDetails.text { writer in
                    payment.write(to: &writer)
                    writer.word("card_type", cardType)
                    writer.word("processing_type", processing)
                }
            )
        }
    }
}

extension Click.PaymentReport {
    /// What is kept with the payment; see `docs/details/click.md`.
    var details: String { VendorDetails.text { write(to: &$0) } }

    fileprivate func write(to writer: inout JSONWriter) {
        writer.member("payment_id", id)
        switch status {
        case .open: writer.member("payment_status", "open")
        case .paid: writer.member("payment_status", "paid")
        case .failed(let code, let note):
            writer.member("payment_status", "failed")
            writer.member("error", code)
            writer.word("error_note", note)
        case .other, nil: break
        }
    }
}
