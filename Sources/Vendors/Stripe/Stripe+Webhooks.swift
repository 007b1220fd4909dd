import JSON
package import PaymentCore

extension Stripe.Dialect {
    package func verify(
        _ delivery: WebhookDelivery,
        now: Timestamp
    ) throws(NoticeRefusal) -> [VendorNotice] {
        guard !webhookSecrets.isEmpty else { throw .notConfigured }
        guard let header = delivery.field("stripe-signature") else { throw .signatureMissing }
        try Stripe.Signature(header).verify(delivery.body, secrets: webhookSecrets, now: now)
        let notices = try Self.notices(in: delivery)
        // Test and live objects look alike: only this tells them apart.
        guard notices.allSatisfy({ $0.isLive == nil || $0.isLive == (mode == .live) }) else {
            throw .wrongMode
        }
        return notices
    }

    package static func notices(
        in delivery: WebhookDelivery
    ) throws(NoticeRefusal) -> [VendorNotice] {
        let event: JSONValue
        do throws(JSONError) {
            event = try JSONValue.parse(delivery.body)
        } catch {
            throw .unreadableBody
        }
        guard event["object"] == "event", let key = event["id"]?.stringValue, !key.isEmpty,
            let type = event["type"]?.stringValue, !type.isEmpty
        else { throw .unreadableBody }
        return [
            VendorNotice(
                key: key,
                type: type,
                occurredAt: event["created"]?.integerValue.flatMap { Timestamp(wire: $0) },
                isLive: event["livemode"]?.boolValue,
                content: content(of: type, event["data"]?["object"])
            )
        ]
    }

    /// Section 5.3. The object's own state counts, not the event's name: events come late and in
    /// any order. What cannot be read is kept, never refused: Stripe would send it for days.
    private static func content(of type: String, _ object: JSONValue?) -> VendorNotice.Content {
        switch type {
        case "payment_intent.amount_capturable_updated", "payment_intent.requires_action",
            "payment_intent.processing", "payment_intent.succeeded",
            "payment_intent.payment_failed", "payment_intent.canceled":
            Stripe.PaymentIntent(object)?.notice ?? .kept
        case "charge.expired":
            expired(object).map { .snapshot(.payment($0)) } ?? .kept
        case "refund.created", "refund.updated", "refund.failed":
            Stripe.Refund(object)?.snapshot(nil).map { .snapshot(.refund($0)) } ?? .kept
        case "setup_intent.succeeded", "setup_intent.setup_failed", "setup_intent.requires_action",
            "setup_intent.canceled":
            Stripe.SetupIntent(object)?.snapshot.map { .session($0) } ?? .kept
        case "payment_method.detached":
            object?["id"]?.stringValue.map { .methodDetached(token: VendorToken($0)) } ?? .kept
        // Their intent's or refund's own event says the same without a trap: after a partial
        // capture a charge can report the released remainder as refunded.
        case "charge.captured", "charge.updated", "charge.refunded": .kept
        // Visible until their own issues read them: disputes, fraud warnings, reviews, changed
        // methods, mandates, payouts, reports, balance; and every type that we do not know.
        default: .kept
        }
    }

    /// The hold of a charge ended by time.
    private static func expired(_ object: JSONValue?) -> PaymentSnapshot? {
        guard let object, object.isStripe("charge"),
            let payment = object.identifier("payment_intent"),
            let currency = object["currency"]?.stringValue.flatMap({ Currency($0.uppercased()) }),
            let amount = minorUnits("amount", in: object, of: currency)
        else { return nil }
        let charge = Stripe.Charge(object)
        return PaymentSnapshot(
            reference: payment,
            attempt: object.metadata("attempt").flatMap(AttemptID.init),
            status: .expired,
            amount: Money(amount, currency),
            capturable: 0,
            captured: minorUnits("amount_captured", in: object, of: currency) ?? 0,
            method: charge?.method
        )
    }

    private static func minorUnits(
        _ name: String,
        in object: JSONValue,
        of currency: Currency
    ) -> Int64? {
        object[name]?.integerValue.flatMap { Stripe.Amounts.minorUnits($0, of: currency) }
    }
}

extension Stripe.PaymentIntent {
    /// A payment that is paid and does not say how much was taken is read from Stripe.
    fileprivate var notice: VendorNotice.Content? {
        if let snapshot = snapshot(nil) { return .snapshot(.payment(snapshot)) }
        return status == .succeeded ? .changed(reference: id, attempt: attempt) : nil
    }
}
