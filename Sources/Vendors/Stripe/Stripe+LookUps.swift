import JSON
import PaymentCore

extension Stripe.Dialect {
    /// What a look-up found.
    ///
    /// Definite: every object that is shown; the absence of a refund from the whole list of its
    /// payment's; the absence of a payment from a search, once the search cannot lag any more.
    /// Not definite: a 404 for a reference that Stripe itself gave us (other credentials, other
    /// mode), a page of a longer list, and a search's silence soon after asking.
    func found(
        _ subject: VendorOperation.LookUp.Subject,
        _ body: JSONValue,
        _ reply: Stripe.Reply
    ) -> VendorOutcome {
        switch subject {
        case .payment(let reference):
            return found(
                Stripe.PaymentIntent(body).flatMap { $0.id == reference ? $0 : nil },
                reply
            )
        case .refund(let reference):
            return found(Stripe.Refund(body).flatMap { $0.id == reference ? $0 : nil }, reply)
        case .paymentOfAttempt(let attempt, let askedAt):
            guard let page = page(body) else { return .unknown(.unreadableReply) }
            let own = page.objects.compactMap(Stripe.PaymentIntent.init)
                .filter { $0.attempt == attempt }
            // Should there be two, a key was used after its time: the one with money counts.
            if let best = own.max(by: { $0.moved < $1.moved }) { return found(best, reply) }
            let isSettled = reply.date.map { $0 - askedAt > Self.searchLag } ?? false
            return isSettled && !page.hasMore ? .notFound : .unknown(.searchLagging)
        case .refundOfAttempt(let attempt, _):
            guard let page = page(body) else { return .unknown(.unreadableReply) }
            let own = page.objects.compactMap(Stripe.Refund.init).first { $0.attempt == attempt }
            if let own { return found(own, reply) }
            return page.hasMore ? .unknown(.searchLagging) : .notFound
        }
    }

    /// How long after asking a search may not show a payment yet: normally under a minute, so an
    /// hour leaves room for Stripe's bad days and for the distance of two clocks.
    private static let searchLag = Duration.seconds(3_600)

    private func found(_ intent: Stripe.PaymentIntent?, _ reply: Stripe.Reply) -> VendorOutcome {
        guard let intent else { return .unknown(.unreadableReply) }
        guard intent.status != nil else { return .unknown(.unrecognizedStatus) }
        guard var snapshot = intent.snapshot(reply.requestID) else {
            return .unknown(.unreadableReply)
        }
        // The caller's page may need the secret again; a stored notice must not hold it.
        if case .requiresAction = snapshot.status {
            snapshot.status = .requiresAction(nextAction(of: intent))
        }
        return .found(.payment(snapshot))
    }

    private func found(_ refund: Stripe.Refund?, _ reply: Stripe.Reply) -> VendorOutcome {
        guard let refund else { return .unknown(.unreadableReply) }
        guard refund.status != nil else { return .unknown(.unrecognizedStatus) }
        guard let snapshot = refund.snapshot(reply.requestID) else {
            return .unknown(.unreadableReply)
        }
        return .found(.refund(snapshot))
    }

    private func page(_ body: JSONValue) -> (objects: [JSONValue], hasMore: Bool)? {
        guard let objects = body["data"]?.arrayValue, let hasMore = body["has_more"]?.boolValue
        else { return nil }
        return (objects, hasMore)
    }
}

extension Stripe.PaymentIntent {
    fileprivate var moved: Int64 { max(received ?? 0, capturable ?? 0) }

    /// The payment in our words; nil when its status or amount cannot be read, or it is paid and
    /// does not say how much was.
    func snapshot(_ requestID: String?) -> PaymentSnapshot? {
        guard let status = snapshotStatus, let amount, let currency,
            status != .captured || received != nil
        else { return nil }
        return PaymentSnapshot(
            reference: id,
            attempt: attempt,
            status: status,
            amount: Money(amount, currency),
            capturable: capturable ?? 0,
            captured: received ?? 0,
            authorizationExpiresAt: latestCharge?.expiresAt,
            multiCapture: latestCharge?.multiCapture ?? false,
            method: latestCharge?.method,
            details: details(requestID),
            // Section 2.4: it can be confirmed with another card until it is canceled.
            staysPayable: self.status == .requiresPaymentMethod,
            isAbridged: latestCharge?.isShown != true
        )
    }

    private var snapshotStatus: PaymentSnapshot.Status? {
        switch status {
        case .requiresPaymentMethod:
            lastError.map { .declined($0.decline(of: latestCharge)) } ?? .open
        case .requiresConfirmation: .open
        case .requiresAction: .requiresAction(withheldAction)
        case .processing: .processing
        case .requiresCapture: .authorized
        case .succeeded: .captured
        case .canceled: hasExpired ? .expired : .voided
        case nil: nil
        }
    }

    private var withheldAction: NextAction? {
        let action = json["next_action"]
        if let url = action?["redirect_to_url"]?["url"]?.stringValue { return .redirect(url: url) }
        return action?.objectValue == nil ? nil : .vendorLibraryWithheld
    }
}

extension Stripe.Refund {
    /// The refund in our words; nil when its status or its payment cannot be read.
    func snapshot(_ requestID: String?) -> RefundSnapshot? {
        guard let payment, let status = snapshotStatus else { return nil }
        return RefundSnapshot(
            reference: id,
            paymentReference: payment,
            attempt: attempt,
            status: status,
            amount: amount,
            details: details(requestID)
        )
    }

    private var snapshotStatus: RefundSnapshot.Status? {
        switch status {
        case .pending, .requiresAction: .pending
        case .succeeded: .succeeded
        case .failed: .failed(code: failureCode)
        case .canceled: .failed(code: "canceled")
        case nil: nil
        }
    }
}
