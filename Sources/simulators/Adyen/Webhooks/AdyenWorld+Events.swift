internal import JSON

// Facts become events (sections 5.1 and 5.3).
extension Adyen.World {
    /// Central European Time without summer time.
    private static let zone: Int64 = 60

    /// What happened to a payment itself.
    mutating func tell(
        _ code: Adyen.Event.Code,
        of psp: String,
        amount: Adyen.Money? = nil,
        success: Bool,
        reason: String = ""
    ) {
        guard let payment = payments[psp] else { return }
        var item = item(code, payment, success: success, reason)
        item.amount = amount ?? payment.amount
        if code == .expire { item.original = psp }
        if code == .authorisation {
            if success {
                let card = "\(payment.authCode):\(payment.card.summary):\(Adyen.Card.expiry)"
                item.reason = card
                item.operations = ["CANCEL", "CAPTURE", "REFUND"]
            }
            item.additional =
                settings.showsAdditionalData
                ? additionalData(of: payment) : tokenization(of: payment)
        }
        send(item, isOptional: code.isOptional, metadata: payment.metadata)
    }

    /// What became of a modification.
    ///
    /// - Parameter action: what a reversal came to.
    mutating func tell(
        _ code: Adyen.Event.Code,
        _ modification: Adyen.Modification,
        success: Bool,
        _ reason: String = "",
        action: String? = nil
    ) {
        let payment = modification.payment.flatMap { payments[$0] }
        var item = Adyen.Item(
            psp: modification.psp,
            original: modification.payment,
            merchant: modification.merchant,
            reference: payment?.reference ?? modification.reference ?? "",
            amount: payment?.amount ?? Adyen.Money(currency: "EUR", value: 0),
            code: code.rawValue,
            isSuccess: success,
            date: now.rfc3339(offset: Self.zone),
            reason: reason
        )
        item.method = payment?.card.brand
        if let amount = modification.amount { item.amount = amount }
        if let action { item.additional.append(("modification.action", action)) }
        send(item, isOptional: code.isOptional, metadata: payment?.metadata ?? [:])
    }

    /// A card is kept: by the older webhook and by the newer one.
    mutating func tell(_ token: Adyen.StoredToken, _ storing: Adyen.Storing, of psp: String) {
        guard let payment = payments[psp] else { return }
        if token.operation == "created" {
            var item = item(.recurringContract, payment, success: true, "")
            // Here the token stands where the payment does elsewhere.
            item.psp = token.id
            item.original = psp
            item.additional = [("recurring.recurringDetailReference", token.id)]
            send(item, isOptional: true, metadata: payment.metadata)
        }
        tell(token, storing, merchant: payment.merchant)
    }

    mutating func tell(
        _ token: Adyen.StoredToken,
        _ storing: Adyen.Storing,
        merchant: String
    ) {
        let type = token.operation == "created" ? "created" : "alreadyExisting"
        sendLifeCycle(type, merchant: merchant, token: token.id, shopper: storing.shopper)
    }

    mutating func tellDisabled(_ method: Adyen.StoredMethod) {
        sendLifeCycle(
            "disabled",
            merchant: method.merchant,
            token: method.id,
            shopper: method.shopper
        )
    }

    // MARK: Parts

    private func item(
        _ code: Adyen.Event.Code,
        _ payment: Adyen.Payment,
        success: Bool,
        _ reason: String
    ) -> Adyen.Item {
        Adyen.Item(
            psp: payment.psp,
            original: nil,
            merchant: payment.merchant,
            reference: payment.reference,
            amount: payment.amount,
            code: code.rawValue,
            isSuccess: success,
            date: now.rfc3339(offset: Self.zone),
            reason: reason,
            method: payment.card.brand
        )
    }

    /// Hands an item on, with others of the same moment where the account wants them together.
    private mutating func send(
        _ item: Adyen.Item,
        isOptional: Bool,
        metadata: [String: String]
    ) {
        guard !isOptional || settings.sendsOptionalEvents else { return }
        if let last = outbox.last, let event = events[last.event],
            case .notification(let items) = event.content,
            items.count < settings.itemsPerNotification
        {
            events[last.event]?.content = .notification(items + [item])
            return
        }
        var parameters = metadata
        parameters["psp_reference"] = item.psp
        parameters["original_reference"] = item.original
        parameters["merchant_reference"] = item.reference
        add(.notification([item]), type: item.code, parameters)
    }

    private mutating func sendLifeCycle(
        _ what: String,
        merchant: String,
        token: String,
        shopper: String
    ) {
        let type = "recurring.token.\(what)"
        var writer = JSONWriter()
        writer.object { event in
            event.member("type", type)
            event.member("environment", "test")
            event.object("data") { data in
                data.member("merchantAccount", merchant)
                data.member("storedPaymentMethodId", token)
                data.member("shopperReference", shopper)
            }
        }
        add(.lifeCycle(writer.bytes), type: type, ["shopper_reference": shopper])
    }

    mutating func add(
        _ content: Adyen.Event.Content,
        type: String,
        _ parameters: [String: String]
    ) {
        let event = Adyen.Event(
            id: "evt_\(identifiers.next(digits: 12, of: .lowercase))",
            type: type,
            content: content
        )
        events.insert(event, id: event.id)
        outbox.append(Notice(event: event.id, type: type, parameters: parameters))
    }
}
