internal import JSON

// Facts become events (sections 5.2 and 5.3).
extension PayPal.World {
    mutating func emit(_ kind: PayPal.Event.Kind, order id: String) {
        guard let order = orders[id] else { return }
        let body = render(.order(id), isWhole: true) ?? []
        let summary =
            switch kind {
            case .orderApproved: "An order has been approved by buyer"
            case .orderCompleted: "Checkout Order Completed"
            default: "The approval of an order was reversed"
            }
        emit(kind, "checkout-order", summary, body, order.units.first, id: id)
    }

    mutating func emit(_ kind: PayPal.Event.Kind, authorization id: String) {
        guard let authorization = authorizations[id] else { return }
        let body = render(.authorization(id), isWhole: true) ?? []
        let unit = orders[authorization.order]?.units[authorization.unit]
        let verb = kind == .authorizationVoided ? "voided" : "created"
        emit(kind, "authorization", "A payment authorization was \(verb)", body, unit, id: id)
    }

    mutating func emit(_ kind: PayPal.Event.Kind, capture id: String) {
        guard let capture = captures[id] else { return }
        let body = render(.capture(id), isWhole: true) ?? []
        let unit = orders[capture.order]?.units[capture.unit]
        let sum = Self.text(capture.amount)
        let summary =
            switch kind {
            case .captureCompleted: "Payment completed for \(sum)"
            case .capturePending: "Payment pending for \(sum)"
            default: "A \(sum) capture payment was declined"
            }
        emit(kind, "capture", summary, body, unit, id: id)
    }

    mutating func emit(_ kind: PayPal.Event.Kind, refund id: String) {
        guard let refund = refunds[id] else { return }
        let body = render(.refund(id), isWhole: true) ?? []
        let sum = Self.text(refund.amount)
        let summary =
            switch kind {
            case .captureRefunded: "A \(sum) capture payment was refunded"
            case .captureReversed: "A \(sum) capture payment was reversed"
            case .refundPending: "A \(sum) refund is pending"
            default: "A \(sum) refund failed"
            }
        var unit = orders[refund.order]?.units.first
        unit?.customID = refund.customID
        unit?.invoiceID = refund.invoiceID
        emit(kind, "refund", summary, body, unit, id: id)
    }

    mutating func emit(_ kind: PayPal.Event.Kind, paymentToken id: String) {
        let body = render(.paymentToken(id), isWhole: true) ?? []
        let verb = kind == .tokenDeleted ? "deleted" : "created"
        emit(kind, "payment_token", "A payment token has been \(verb)", body, nil, id: id)
    }

    private mutating func emit(
        _ kind: PayPal.Event.Kind,
        _ resourceType: String,
        _ summary: String,
        _ resource: [UInt8],
        _ unit: PayPal.Order.Unit?,
        id: String
    ) {
        var parameters = ["id": id]
        parameters["custom_id"] = unit?.customID
        parameters["invoice_id"] = unit?.invoiceID
        emit(kind.rawValue, resourceType, summary, resource, parameters)
    }

    /// Remembers a fact for the events list and for whoever sends webhooks.
    mutating func emit(
        _ type: String,
        _ resourceType: String,
        _ summary: String,
        _ resource: [UInt8],
        _ parameters: [String: String]
    ) {
        let id = "WH-\(nextID())-\(nextID())"
        var writer = JSONWriter(capacity: 2_048)
        writer.object { event in
            event.member("id", id)
            event.member("event_version", "1.0")
            event.member("create_time", now.rfc3339WithMilliseconds)
            event.member("resource_type", resourceType)
            event.member("resource_version", "2.0")
            event.member("event_type", type)
            event.member("summary", summary)
            event.member("resource", raw: resource)
            event.array("links") { links in
                let path = address("/v1/notifications/webhooks-events/\(id)")
                links.link(path, "self")
                links.link("\(path)/resend", "resend", "POST")
            }
        }
        let event = PayPal.Event(id: id, type: type, created: now, body: writer.bytes)
        events.insert(event, id: id)
        outbox.append(Notice(event: id, type: type, parameters: parameters))
    }

    private static func text(_ money: PayPal.Money) -> String {
        let code = money.currency.code
        return "\(code) \(money.value) \(code)"
    }
}
