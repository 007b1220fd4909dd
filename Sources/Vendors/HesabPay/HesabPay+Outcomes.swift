package import HTTP
import JSON
package import PaymentCore

extension HesabPay.Dialect {
    package func step(
        _ operation: VendorOperation,
        key: String,
        after answers: [HTTPResponse]
    ) throws(VendorRejection) -> VendorStep<VendorOutcome> {
        try Conversation.step(after: answers) {
            (conversation) throws(Conversation.Interruption) in
            switch operation {
            case .authorize(let authorize):
                // Nothing moves until the payer acts: an answer that is lost lets the page go.
                let request = createSession(authorize)
                return opened(authorize, try conversation.answer(to: request, .opensPage))
            // There is nothing to send: the page ends by itself, and should it be paid after all,
            // the webhook is booked and flagged.
            case .void(let void):
                return .succeeded(VendorReceipt(reference: void.paymentReference))
            case .lookUp(let lookUp):
                guard let original = lookUp.original, let path = wire.paths.status else {
                    throw .refused(.unsupported(.lookUp, by: HesabPay.descriptor.id))
                }
                let request = status(of: original.attempt, at: path)
                return found(lookUp, original, try conversation.answer(to: request, .none))
            case .refund(let refund) where pin != nil:
                let request = try payout(refund)
                return paidOut(refund, try conversation.answer(to: request, .movesMoney))
            case .refund(let refund):
                guard let path = wire.paths.refund else {
                    throw .refused(.unsupported(.refund, by: HesabPay.descriptor.id))
                }
                guard let payment = refund.soleTransaction else {
                    throw .refused(
                        .amount("several_payments", "each payment is refunded by itself")
                    )
                }
                let request = self.refund(refund, of: payment, at: path)
                return refunded(refund, try conversation.answer(to: request, .movesMoney))
            case .capture: throw .refused(.unsupported(.capture, by: HesabPay.descriptor.id))
            case .complete: throw .refused(.unsupported(.authorize, by: HesabPay.descriptor.id))
            }
        }
    }

    private func opened(
        _ asked: VendorOperation.Authorize,
        _ response: HTTPResponse
    ) -> VendorOutcome {
        let status = response.status
        if let refusal = refusal(status) { return refusal }
        guard status.code < 500, let words = HesabPay.Words(response.body, wire) else {
            return .abandoned(status.code < 500 ? .unreadableReply : .vendorError)
        }
        guard status.isSuccess, words.isSuccess else {
            return words.rejection.map { .rejected($0) } ?? .abandoned(.unreadableReply)
        }
        guard let page = words.text(wire.names.checkoutURL), isPage(page) else {
            return .abandoned(.unreadableReply)
        }
        // Its transaction is named once there is one: with the payment.
        return .requiresAction(
            .redirect(url: page),
            VendorReceipt(reference: asked.attempt.description, details: words.details)
        )
    }

    private func refunded(
        _ asked: VendorOperation.Refund,
        _ response: HTTPResponse
    ) -> VendorOutcome {
        let status = response.status
        if let refusal = refusal(status) { return refusal }
        guard status.code < 500, let words = HesabPay.Words(response.body, wire) else {
            return .unknown(status.code < 500 ? .unreadableReply : .vendorError)
        }
        guard status.isSuccess, words.isSuccess else {
            return words.rejection.map { .rejected($0) } ?? .unknown(.unreadableReply)
        }
        return .succeeded(
            VendorReceipt(
                reference: words.transactionID ?? asked.attempt.description,
                amount: words.amount,
                details: words.details
            )
        )
    }

    /// What a configured status endpoint says. Only a payment is a verdict: what is not paid yet
    /// may still be, until the session's time is up.
    private func found(
        _ asked: VendorOperation.LookUp,
        _ original: VendorOperation.Original,
        _ response: HTTPResponse
    ) -> VendorOutcome {
        let status = response.status
        if let refusal = refusal(status) { return refusal }
        guard status.code < 500 else { return .unknown(.vendorError) }
        guard asked.refund == nil, let words = HesabPay.Words(response.body, wire),
            words.isOK != nil
        else { return .unknown(.unreadableReply) }
        // A transaction is named once there is one; an answer without it is about a session.
        if words.isSuccess, words.transactionID != nil {
            guard words.attempt == nil || words.attempt == original.attempt,
                let snapshot = words.captured(original.attempt)
            else { return .unknown(.unreadableReply) }
            return .found(.payment(snapshot))
        }
        let end = original.askedAt + wire.sessionLifetime
        let isOver = response.fields.madeAt.map { $0 >= end } ?? false
        return .found(
            .payment(
                PaymentSnapshot(
                    reference: original.attempt.description,
                    attempt: original.attempt,
                    status: isOver ? .expired : .open,
                    amount: original.amount,
                    capturable: 0,
                    captured: 0,
                    details: words.details
                )
            )
        )
    }

    func refusal(_ status: HTTPStatus) -> VendorOutcome? {
        switch status.code {
        case 401, 403:
            .rejected(
                VendorRejection(
                    .configuration,
                    code: "credentials_refused",
                    message: "HesabPay refused the API key"
                )
            )
        case 429: .notDone(.throttled)
        default: nil
        }
    }

    /// Where a payer can be sent.
    private func isPage(_ url: String) -> Bool {
        url.hasPrefix("https://") || (url.hasPrefix("http://") && base.text.hasPrefix("http://"))
    }
}

extension VendorOperation.Refund {
    /// The transaction that the money is taken from: of a page that was paid twice, perhaps the
    /// second; nil when it would be taken from several.
    fileprivate var soleTransaction: String? {
        let transactions = Set(shares.map(\.reference))
        return transactions.count > 1 ? nil : transactions.first ?? paymentReference
    }
}

extension HesabPay.Words {
    /// Nil for what does not say "no".
    fileprivate var rejection: VendorRejection? {
        guard
            isOK == false || (statusCode != nil && statusCode != wire.okStatusCode)
                || message != nil
        else { return nil }
        return VendorRejection(
            .invalidRequest,
            code: statusCode.map { "status_\($0)" } ?? "refused",
            message: message ?? "HesabPay gave no reason"
        )
    }

    /// A payment that was made; nil when its transaction or amount is missing.
    func captured(_ attempt: AttemptID?) -> PaymentSnapshot? {
        guard let transactionID, let amount, let currency = HesabPay.currency else { return nil }
        return PaymentSnapshot(
            reference: transactionID,
            attempt: attempt,
            status: .captured,
            amount: Money(amount, currency),
            capturable: 0,
            captured: amount,
            details: details
        )
    }
}
