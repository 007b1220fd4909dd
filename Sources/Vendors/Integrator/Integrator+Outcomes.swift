package import HTTP
import JSON
package import PaymentCore

extension Integrator.Dialect {
    package func outcome(
        of operation: VendorOperation,
        from response: HTTPResponse
    ) -> VendorOutcome {
        // Silence is right: what does not parse is not read, and ends as `unknown`.
        let body = try? JSONValue.parse(response.body)
        guard response.status.code == 200 else {
            return refused(operation, response.status.code, body)
        }
        switch operation {
        case .authorize(let authorize): return authorized(authorize, body)
        case .capture(let capture): return moved(body, capture.amount.currency, captures: true)
        case .void: return moved(body, nil)
        case .refund(let refund): return moved(body, refund.amount.currency)
        case .lookUp(let lookUp): return found(lookUp, body)
        case .complete: return .unknown(.unrecognizedStatus)
        }
    }

    private func authorized(
        _ asked: VendorOperation.Authorize,
        _ body: JSONValue?
    ) -> VendorOutcome {
        guard let payment = Integrator.Payment(body),
            payment.members.attempt ?? asked.attempt == asked.attempt,
            (payment.amount?.currency ?? asked.amount.currency) == asked.amount.currency
        else { return .unknown(.unreadableReply) }
        var receipt = payment.receipt
        switch payment.status {
        case .authorized:
            receipt.amount = payment.amount?.minorUnits
            return .succeeded(receipt)
        case .captured:
            receipt.amount = payment.captured
            receipt.captured = true
            return .succeeded(receipt)
        case .requiresAction:
            guard let url = payment.members.redirectURL, mode == .test || url.hasPrefix("https://")
            else {
                return .unknown(.unreadableReply)
            }
            return .requiresAction(.redirect(url: url), receipt)
        case .processing: return .pending(receipt)
        case .declined:
            return .declined(payment.decline, payment.isRefusal ? nil : receipt)
        case .voided, .expired: return .rejected(.over)
        case nil: return .unknown(.unrecognizedStatus)
        }
    }

    /// What a capture, void or refund came to.
    ///
    /// - Parameter currency: that it was asked in; nil for a void.
    private func moved(
        _ body: JSONValue?,
        _ currency: Currency?,
        captures: Bool = false
    ) -> VendorOutcome {
        guard let movement = Integrator.Movement(body),
            currency == nil || movement.amount == nil || movement.amount?.currency == currency
        else { return .unknown(.unreadableReply) }
        var receipt = movement.receipt
        receipt.captured = captures
        switch movement.status {
        case .succeeded: return .succeeded(receipt)
        case .pending: return .pending(receipt)
        case .failed: return .declined(movement.decline, receipt)
        case .reversed, nil: return .unknown(.unrecognizedStatus)
        }
    }

    private func found(_ asked: VendorOperation.LookUp, _ body: JSONValue?) -> VendorOutcome {
        let subject = asked.subject
        switch subject {
        case .payment, .paymentOfAttempt:
            guard let payment = Integrator.Payment(body?["payment"]),
                asked.isInCurrency(of: payment.amount)
            else { return .unknown(.unreadableReply) }
            guard payment.status != nil else { return .unknown(.unrecognizedStatus) }
            if payment.isRefusal, case .paymentOfAttempt(let asked, _) = subject,
                payment.members.attempt == asked
            {
                return .declined(payment.decline, nil)
            }
            guard let snapshot = payment.snapshot,
                subject.matches(snapshot.reference, snapshot.attempt)
            else { return .unknown(.unreadableReply) }
            return .found(.payment(snapshot))
        case .refund, .refundOfAttempt:
            guard let movement = Integrator.Movement(body?["refund"]),
                asked.isInCurrency(of: movement.amount)
            else { return .unknown(.unreadableReply) }
            guard movement.status != nil else { return .unknown(.unrecognizedStatus) }
            guard let snapshot = movement.refund,
                subject.matches(snapshot.reference, snapshot.attempt)
            else { return .unknown(.unreadableReply) }
            return .found(.refund(snapshot))
        }
    }

    /// Everything but 200. Only what says in the contract's form that nothing was done is believed.
    private func refused(
        _ operation: VendorOperation,
        _ status: Int,
        _ body: JSONValue?
    ) -> VendorOutcome {
        switch status {
        case 401, 403: return .rejected(.unauthorized)
        case 429: return .notDone(.throttled)
        case 500...599: return .unknown(.vendorError)
        case 400...499: break
        default: return .unknown(.unrecognizedStatus)
        }
        guard let error = body?["error"], let code = error["code"]?.stringValue else {
            return .unknown(.unreadableReply)
        }
        // The key belongs to an earlier request; what that one did is not said here.
        if code == "in_progress" || code == "key_reused" { return .unknown(.keyTaken) }
        if code == "not_found", case .lookUp(let lookUp) = operation, lookUp.subject.isOurs {
            return .notFound
        }
        return .rejected(
            VendorRejection(
                VendorRejection.Reason(rawValue: code) ?? .invalidRequest,
                code: String(code.prefix(64)),
                message: String((error["message"]?.stringValue ?? "no reason given").prefix(300))
            )
        )
    }
}

extension VendorOperation.LookUp {
    /// Whether an answer is in the currency that the payment was asked in.
    fileprivate func isInCurrency(of told: Money?) -> Bool {
        guard let told, let asked = original?.amount else { return true }
        return told.currency == asked.currency
    }
}

extension VendorOperation.LookUp.Subject {
    /// Whether it is asked about by our own id, so that not knowing it is an answer.
    fileprivate var isOurs: Bool {
        switch self {
        case .paymentOfAttempt, .refundOfAttempt: true
        case .payment, .refund: false
        }
    }

    fileprivate func matches(_ reference: String, _ attempt: AttemptID?) -> Bool {
        switch self {
        case .payment(let asked), .refund(let asked): reference == asked
        case .paymentOfAttempt(let asked, _), .refundOfAttempt(let asked, _): attempt == asked
        }
    }
}

extension VendorRejection {
    fileprivate static let unauthorized = VendorRejection(
        .configuration,
        code: "unauthorized",
        message: "the integrator did not accept our signature"
    )

    fileprivate static let over = VendorRejection(
        .wrongState,
        code: "over",
        message: "the payment is voided or expired at the integrator"
    )
}
