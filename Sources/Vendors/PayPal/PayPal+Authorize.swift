import HTTP
import JSON
import PaymentCore

// Section 2.2: an order, the payer's approval, and our last word.
extension PayPal.Dialect {
    func authorize(
        _ asked: VendorOperation.Authorize,
        _ key: String,
        _ heard: inout PayPal.Heard
    ) throws(VendorRejection) -> PayPal.Step {
        guard let reply = heard.next() else {
            // An order without a stored method moves nothing until the payer approves it.
            return .ask(try order(asked, key), asked.token == nil ? .opensPage : .movesMoney)
        }
        guard reply.isSuccess else {
            return .finished(refused(reply, isStored: asked.token != nil))
        }
        return try concluded(PayPal.Sale(asked), reply, &heard)
    }

    /// Our last word on what the payer approved. A card's authentication is looked at first.
    func complete(
        _ asked: VendorOperation.Complete,
        _ key: String,
        _ heard: inout PayPal.Heard
    ) throws(VendorRejection) -> PayPal.Step {
        let id = asked.paymentReference
        if PayPal.Original(asked.original).paymentSource != "paypal" {
            guard let reply = heard.next() else {
                let path = "v2/checkout/orders/\(try segment(id))"
                return .ask(get(path, [("fields", "payment_source")]), .none)
            }
            guard let body = reply.body, reply.isSuccess else { return .finished(refused(reply)) }
            if let decline = PayPal.Authentication(body).decline {
                return .finished(.declined(decline, nil))
            }
        }
        guard let reply = heard.next() else {
            let word = try completion(of: id, manualCapture: asked.manualCapture, key)
            return .ask(word, .movesMoney)
        }
        switch reply.issue {
        // It was said before, or the order waits for something else: the order shows which.
        case .readState, .payerAction:
            guard let state = heard.next() else { return .ask(try readOrder(id), .none) }
            guard state.isSuccess else { return .finished(.unknown(.vendorError)) }
            return try concluded(PayPal.Sale(asked), state, &heard)
        case .declined, .sourceDeclined, .rejected: return .finished(refused(reply))
        case nil:
            guard reply.isSuccess else { return .finished(refused(reply)) }
            return try concluded(PayPal.Sale(asked), reply, &heard)
        }
    }

    /// What an order means for the authorization or sale that was asked for. A processor's word
    /// that the payment is in another state makes us read it once.
    private func concluded(
        _ asked: PayPal.Sale,
        _ reply: PayPal.Reply,
        _ heard: inout PayPal.Heard
    ) throws(VendorRejection) -> PayPal.Step {
        guard let order = reply.order, order.attempt == nil || order.attempt == asked.attempt,
            order.amount == nil || order.amount?.currency == asked.amount.currency
        else { return .finished(.unknown(.unreadableReply)) }
        guard let outcome = outcome(of: order, asked, reply) else {
            return .finished(.unknown(.unrecognizedStatus))
        }
        guard case .declined = outcome, order.isOutOfStep else { return .finished(outcome) }
        guard let state = heard.next() else { return .ask(try readOrder(order.id), .none) }
        guard let order = state.order, let outcome = self.outcome(of: order, asked, state) else {
            return .finished(.unknown(.unreadableReply))
        }
        return .finished(outcome)
    }

    /// Nil: a status that we do not know.
    private func outcome(
        of order: PayPal.Order,
        _ asked: PayPal.Sale,
        _ reply: PayPal.Reply
    ) -> VendorOutcome? {
        switch order.status {
        case .created, .payerActionRequired:
            if asked.offSession {
                let decline = Decline(.authenticationRequired, code: "PAYER_ACTION_REQUIRED")
                return .declined(decline, order.receipt(reply))
            }
            return action(of: order).map { .requiresAction($0, order.receipt(reply)) }
        case .saved: return .pending(order.receipt(reply))
        case .approved, .voided: return found(order, reply)
        case .completed:
            return asked.manualCapture
                ? held(order, reply) : taken(order, reply)
        case nil: return nil
        }
    }

    private func held(_ order: PayPal.Order, _ reply: PayPal.Reply) -> VendorOutcome? {
        guard let authorization = order.authorization else { return nil }
        switch authorization.status {
        case .created, .partiallyCaptured, .captured:
            var receipt = order.receipt(reply)
            receipt.amount = authorization.amount.minorUnits
            return .succeeded(receipt)
        case .pending: return .pending(order.receipt(reply))
        case .denied: return .declined(order.decline(authorization.json), order.receipt(reply))
        // A repetition shows the order as it is now.
        case .voided: return found(order, reply)
        case nil: return nil
        }
    }

    private func taken(_ order: PayPal.Order, _ reply: PayPal.Reply) -> VendorOutcome? {
        guard let sale = order.sale else { return nil }
        switch sale.status {
        case .completed, .partiallyRefunded, .refunded:
            var receipt = order.receipt(reply)
            receipt.amount = sale.amount.minorUnits
            receipt.captured = true
            receipt.captureReference = sale.id
            return .succeeded(receipt)
        case .pending: return .pending(order.receipt(reply))
        case .declined, .failed: return .declined(order.decline(sale.json), order.receipt(reply))
        case nil: return nil
        }
    }

    /// What the payer must do; nil when PayPal gives no link.
    func action(of order: PayPal.Order) -> NextAction? {
        // Without a source, PayPal's fields on the caller's page give the order its card.
        if order.status == .created, order.source == nil {
            return .vendorLibrary(clientSecret: VendorToken(order.id), publishableKey: clientID)
        }
        return (order.links["payer-action"] ?? order.links["approve"]).map { .redirect(url: $0) }
    }
}

extension PayPal {
    /// The authorization or sale that an order was made for.
    struct Sale {
        let attempt: AttemptID
        let amount: Money
        let manualCapture: Bool
        let offSession: Bool

        init(_ asked: VendorOperation.Authorize) {
            attempt = asked.attempt
            amount = asked.amount
            manualCapture = asked.manualCapture
            offSession = asked.offSession
        }

        /// The payer has just been there.
        init(_ asked: VendorOperation.Complete) {
            attempt = asked.attempt
            amount = asked.amount
            manualCapture = asked.manualCapture
            offSession = false
        }
    }

    /// A card's 3-D Secure result (section 2.2): whether to go on.
    struct Authentication {
        let decline: Decline?

        init(_ order: JSONValue) {
            let result = order["payment_source"]?["card"]?["authentication_result"]
            let shift = result?["liability_shift"]?.stringValue
            let secure = result?["three_d_secure"]
            let enrolled = secure?["enrollment_status"] == "Y"
            let status = secure?["authentication_status"]?.stringValue
            decline =
                switch (shift, enrolled, status) {
                // No card, no authentication, or the liability is the issuer's.
                case (nil, _, _), ("POSSIBLE", _, _): nil
                // The issuer takes no part: we go on at our own risk.
                case ("NO", false, _): nil
                case ("NO", true, "N"), ("NO", true, "R"):
                    Decline(.authenticationRequired, code: "3DS_FAILED")
                default: Decline(.authenticationRequired, code: "3DS_UNAVAILABLE")
                }
        }
    }
}

extension PayPal.Order {
    func receipt(_ reply: PayPal.Reply) -> VendorReceipt {
        VendorReceipt(
            reference: id,
            authorizationExpiresAt: authorization?.expiresAt,
            multiCapture: true,
            method: source?.method,
            details: details(reply)
        )
    }

    /// Why an authorization or capture of this order was refused.
    func decline(_ payment: JSONValue) -> Decline {
        PayPal.Declines.decline(
            payment.processorResponse,
            reason: payment.statusReason,
            status: payment["status"]?.stringValue ?? "",
            brand: source?.brand
        )
    }

    /// Whether the processor took the payment to be in another state than it is.
    fileprivate var isOutOfStep: Bool {
        (authorization?.json ?? sale?.json)?.processorResponse?.isLifeCycle ?? false
    }
}
