package import HTTP
import JSON
package import PaymentCore

extension Stripe.Dialect {
    package func outcome(
        of operation: VendorOperation,
        from response: HTTPResponse
    ) -> VendorOutcome {
        let reply = Stripe.Reply(response)
        guard reply.isSuccess else { return refused(operation, reply) }
        guard let body = reply.body else { return .unknown(.unreadableReply) }
        switch operation {
        case .authorize(let authorize): return authorized(authorize, body, reply)
        case .capture(let capture): return captured(capture, body, reply)
        case .void: return voided(body, reply)
        case .refund(let refund): return refunded(refund, body, reply)
        case .complete: return .unknown(.unrecognizedStatus)
        case .lookUp(let lookUp): return found(lookUp.subject, body, reply)
        }
    }

    private func authorized(
        _ asked: VendorOperation.Authorize,
        _ body: JSONValue,
        _ reply: Stripe.Reply
    ) -> VendorOutcome {
        guard let intent = Stripe.PaymentIntent(body), intent.currency == asked.amount.currency
        else { return .unknown(.unreadableReply) }
        var receipt = intent.receipt(reply.requestID)
        switch intent.status {
        case .requiresCapture:
            receipt.amount = intent.amount
            return .succeeded(receipt)
        case .succeeded:
            receipt.amount = intent.received
            receipt.captured = true
            return .succeeded(receipt)
        case .requiresAction:
            guard let action = nextAction(of: intent) else {
                return .unknown(.unrecognizedStatus)
            }
            return .requiresAction(action, receipt)
        case .requiresPaymentMethod:
            if let error = intent.lastError {
                return .declined(error.decline(of: intent.latestCharge), receipt)
            }
            // Nothing was tried: the payer gives the card on the page.
            guard asked.token == nil, let action = vendorLibrary(intent.clientSecret) else {
                return .pending(receipt)
            }
            return .requiresAction(action, receipt)
        case .requiresConfirmation, .processing: return .pending(receipt)
        case .canceled: return .rejected(.canceled)
        case nil: return .unknown(.unrecognizedStatus)
        }
    }

    private func captured(
        _ asked: VendorOperation.Capture,
        _ body: JSONValue,
        _ reply: Stripe.Reply
    ) -> VendorOutcome {
        guard let intent = Stripe.PaymentIntent(body), intent.id == asked.paymentReference,
            intent.currency == asked.amount.currency
        else { return .unknown(.unreadableReply) }
        switch intent.status {
        case .succeeded, .requiresCapture:
            guard let receipt = intent.captureReceipt(of: asked, reply.requestID) else {
                return .unknown(.unreadableReply)
            }
            return .succeeded(receipt)
        case .processing: return .pending(intent.receipt(reply.requestID))
        case .requiresPaymentMethod, .requiresConfirmation, .requiresAction, .canceled, nil:
            return .unknown(.unrecognizedStatus)
        }
    }

    private func voided(_ body: JSONValue, _ reply: Stripe.Reply) -> VendorOutcome {
        guard let intent = Stripe.PaymentIntent(body) else { return .unknown(.unreadableReply) }
        switch intent.status {
        case .canceled: return .succeeded(intent.receipt(reply.requestID))
        // After partial captures, what was captured stays: the remainder alone was let go.
        case .succeeded where intent.capturable == 0:
            return .succeeded(intent.receipt(reply.requestID))
        case .processing: return .pending(intent.receipt(reply.requestID))
        case .succeeded, .requiresPaymentMethod, .requiresConfirmation, .requiresAction,
            .requiresCapture, nil:
            return .unknown(.unrecognizedStatus)
        }
    }

    private func refunded(
        _ asked: VendorOperation.Refund,
        _ body: JSONValue,
        _ reply: Stripe.Reply
    ) -> VendorOutcome {
        guard let refund = Stripe.Refund(body), refund.amount.currency == asked.amount.currency
        else { return .unknown(.unreadableReply) }
        let receipt = refund.receipt(reply.requestID)
        switch refund.status {
        case .succeeded: return .succeeded(receipt)
        case .pending, .requiresAction: return .pending(receipt)
        case .failed: return .declined(refund.decline(refund.failureCode), receipt)
        case .canceled: return .declined(refund.decline("canceled"), receipt)
        case nil: return .unknown(.unrecognizedStatus)
        }
    }

    /// What an answer other than success means for what was asked.
    private func refused(_ operation: VendorOperation, _ reply: Stripe.Reply) -> VendorOutcome {
        switch reply.refusal {
        case .unknown(let reason): return .unknown(reason)
        case .throttled: return .notDone(.throttled)
        case .configuration: return .rejected(.credentials(refusedBy: Stripe.descriptor.name))
        case .declined(let failure):
            let intent = failure.paymentIntent
            let charge = intent?.latestCharge ?? failure.charge
            return .declined(failure.decline(of: charge), intent?.receipt(reply.requestID, failure))
        case .rejected(let failure):
            return alreadyDone(operation, failure, reply) ?? .rejected(failure.rejection)
        }
    }

    /// A refusal because of the state that we asked for: it was reached before, and the object in
    /// the error shows it.
    private func alreadyDone(
        _ operation: VendorOperation,
        _ failure: Stripe.Failure,
        _ reply: Stripe.Reply
    ) -> VendorOutcome? {
        guard let intent = failure.paymentIntent else { return nil }
        switch (operation, intent.status) {
        case (.capture(let capture), .succeeded):
            // Another amount is another capture: somebody else's.
            guard intent.id == capture.paymentReference,
                intent.currency == capture.amount.currency,
                intent.received == capture.amount.minorUnits
            else { return nil }
            return intent.captureReceipt(of: capture, reply.requestID).map { .succeeded($0) }
        case (.capture, .canceled) where intent.hasExpired:
            let rejection = failure.rejection
            return .rejected(
                VendorRejection(
                    .authorizationExpired,
                    code: rejection.code,
                    message: rejection.message
                )
            )
        case (.void(let void), .canceled) where intent.id == void.paymentReference:
            return .succeeded(intent.receipt(reply.requestID))
        case (.authorize, _), (.capture, _), (.void, _), (.refund, _), (.complete, _), (.lookUp, _):
            return nil
        }
    }
}

// What the payer must do.
extension Stripe.Dialect {
    /// Nil when the page gets nothing to act on.
    func nextAction(of intent: Stripe.PaymentIntent) -> NextAction? {
        let action = intent.json["next_action"]
        if action?["type"] == "redirect_to_url",
            let url = action?["redirect_to_url"]?["url"]?.stringValue
        {
            return .redirect(url: url)
        }
        // `use_stripe_sdk` and whatever is added later: the library on the page knows how.
        return vendorLibrary(intent.clientSecret)
    }

    func vendorLibrary(_ clientSecret: String?) -> NextAction? {
        clientSecret.map {
            .vendorLibrary(clientSecret: VendorToken($0), publishableKey: publishableKey)
        }
    }
}

extension Stripe.PaymentIntent {
    func receipt(_ requestID: String?, _ failure: Stripe.Failure? = nil) -> VendorReceipt {
        VendorReceipt(
            reference: id,
            authorizationExpiresAt: latestCharge?.expiresAt,
            multiCapture: latestCharge?.multiCapture ?? false,
            method: latestCharge?.method,
            details: details(requestID, failure)
        )
    }

    /// Of one capture; nil when nothing is said to have been captured.
    func captureReceipt(
        of asked: VendorOperation.Capture,
        _ requestID: String?
    ) -> VendorReceipt? {
        guard let received, received > 0 else { return nil }
        var receipt = receipt(requestID)
        // The statement names captures by their charge.
        receipt.reference = latestCharge?.id ?? id
        // With several captures `amount_received` is their sum; of one it is what was taken,
        // whatever was asked.
        receipt.amount =
            mayBeOneOfSeveral(asked) ? min(received, asked.amount.minorUnits) : received
        receipt.captured = true
        return receipt
    }

    private func mayBeOneOfSeveral(_ asked: VendorOperation.Capture) -> Bool {
        guard asked.isFinal, latestCharge?.multiCapture != true else { return true }
        // Silence is right: what was not kept says nothing of several captures.
        let details = asked.original?.details.flatMap { try? JSONValue.parse($0) }
        return details?["multicapture"] == "available"
    }
}

extension Stripe.Refund {
    func receipt(_ requestID: String?) -> VendorReceipt {
        VendorReceipt(reference: id, amount: amount.minorUnits, details: details(requestID))
    }

    /// The money is back with the merchant. Our own balance can fill up again; a card cannot.
    fileprivate func decline(_ code: String) -> Decline {
        Decline(code == "insufficient_funds" ? .soft : .hard, code: code)
    }
}

extension VendorRejection {
    fileprivate static let canceled = VendorRejection(
        .wrongState,
        code: "canceled",
        message: "the payment was canceled at Stripe"
    )
}
