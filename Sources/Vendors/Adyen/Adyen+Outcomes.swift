package import HTTP
import JSON
package import PaymentCore

extension Adyen.Dialect {
    package func outcome(
        of operation: VendorOperation,
        from response: HTTPResponse
    ) -> VendorOutcome {
        let reply = Adyen.Reply(response)
        let outcome = read(operation, reply)
        // Only a page was asked for: whatever is not known of it, no money has moved.
        guard operation.opensPage, case .unknown(let why) = outcome else { return outcome }
        return .abandoned(why)
    }

    private func read(_ operation: VendorOperation, _ reply: Adyen.Reply) -> VendorOutcome {
        guard reply.isSuccess else {
            return switch reply.refusal {
            case .rejected(let rejection): .rejected(rejection)
            case .throttled: .notDone(.throttled)
            case .unknown(let why): .unknown(why)
            }
        }
        guard let body = reply.body else { return .unknown(.unreadableReply) }
        switch operation {
        case .authorize(let authorize) where authorize.token == nil: return opened(body)
        case .authorize(let authorize):
            return result(body, of: authorize.attempt, authorize.amount)
        case .capture(let capture):
            return received(body, of: capture.paymentReference, capture.amount)
        case .refund(let refund):
            return received(body, of: refund.paymentReference, refund.amount)
        case .void(let void) where Adyen.isPayment(void.paymentReference):
            return received(body, of: void.paymentReference, nil)
        // A page, or a payment whose reference we never learnt: nobody names the payment.
        case .void: return received(body, of: nil, nil)
        case .complete, .lookUp: return .unknown(.unrecognizedStatus)
        }
    }

    /// Section 2.1.
    private func result(
        _ body: JSONValue,
        of attempt: AttemptID,
        _ asked: Money
    ) -> VendorOutcome {
        guard let payment = Adyen.Payment(body), payment.hasReadableAmount,
            (payment.amount?.currency ?? asked.currency) == asked.currency
        else { return .unknown(.unreadableReply) }
        var receipt = payment.receipt(orElse: attempt.description)
        receipt.multiCapture = multiCapture
        switch payment.result {
        case .authorised, .partiallyAuthorised:
            guard payment.reference != nil else { return .unknown(.unreadableReply) }
            receipt.amount = payment.amount?.minorUnits
            if payment.result == .partiallyAuthorised, receipt.amount == nil {
                return .unknown(.unreadableReply)
            }
            return .succeeded(receipt)
        case .refused: return .declined(payment.decline, receipt)
        // Without a reason nobody knows what the acquirer did: the webhook says.
        case .error where payment.reasonCode == nil: return .unknown(.vendorError)
        case .error: return .declined(payment.decline, receipt)
        case .cancelled: return .rejected(payment.cancellation)
        case .redirectShopper, .identifyShopper, .challengeShopper, .presentToShopper:
            // What the payer would bring back has no way to Adyen: they authenticate on a page.
            return .declined(payment.unauthenticated, receipt)
        case .pending, .received, .success: return .pending(receipt)
        case nil: return .unknown(.unrecognizedStatus)
        }
    }

    /// Section 2.2, sessions flow.
    private func opened(_ body: JSONValue) -> VendorOutcome {
        guard let id = body["id"]?.stringValue, !id.isEmpty else {
            return .unknown(.unreadableReply)
        }
        let receipt = VendorReceipt(
            reference: id,
            details: VendorDetails.text { $0.word("session", id) }
        )
        switch page {
        case .hosted:
            guard let url = body["url"]?.stringValue else { return .unknown(.unreadableReply) }
            return .requiresAction(.redirect(url: url), receipt)
        case .embedded:
            guard let action = library(session: body) else { return .unknown(.unreadableReply) }
            return .requiresAction(action, receipt)
        }
    }

    /// A capture, cancel or refund that was accepted, and no more than that (sections 2.3 to 2.5).
    private func received(
        _ body: JSONValue,
        of payment: String?,
        _ asked: Money?
    ) -> VendorOutcome {
        guard let status = body["status"]?.stringValue,
            let reference = body["pspReference"]?.stringValue, !reference.isEmpty,
            payment == nil || body["paymentPspReference"]?.stringValue == payment
        else { return .unknown(.unreadableReply) }
        guard status == "received" else { return .unknown(.unrecognizedStatus) }
        if let asked, let amount = body["amount"], !amount.isNull {
            guard Adyen.Amounts.money(amount) == asked else { return .unknown(.unreadableReply) }
        }
        // No details: the payment's own words stay what its authorization said.
        return .pending(VendorReceipt(reference: reference, amount: asked?.minorUnits))
    }

    /// What Adyen's library on the page is given; nil when the answer lacks what it needs.
    func library(session: JSONValue) -> NextAction? {
        guard let id = session["id"]?.stringValue, let data = session["sessionData"]?.stringValue
        else { return nil }
        let content: JSONValue = ["session": ["id": .string(id), "sessionData": .string(data)]]
        return .vendorLibrary(clientSecret: VendorToken(content.text), publishableKey: clientKey)
    }
}
