internal import JSON

// Answers as JSON (sections 2, 3 and 9).
extension Adyen.World {
    /// The answer of `/payments` and `/payments/details`.
    func write(payment psp: String, to writer: inout JSONWriter) {
        guard let payment = payments[psp] else { return }
        writer.object { object in
            object.member("pspReference", psp)
            object.member("merchantReference", payment.reference)
            switch payment.status {
            case .waiting(let step): write(step, of: payment, to: &object)
            case .pending(let resultCode): object.member("resultCode", resultCode)
            case .refused(let refusal):
                object.member("resultCode", refusal.resultCode)
                object.member("refusalReason", refusal.reason)
                object.member("refusalReasonCode", "\(refusal.code)")
            case .cancelled where payment.authorised == 0:
                object.member("resultCode", "Cancelled")
            case .authorised, .cancelled, .expired:
                let isPart = payment.authorised < payment.amount.value
                object.member("resultCode", isPart ? "PartiallyAuthorised" : "Authorised")
                object.member("amount", payment.amount.with(payment.authorised))
            }
            let data = additionalData(of: payment)
            if settings.showsAdditionalData, !data.isEmpty {
                object.object("additionalData") { members in
                    for (name, value) in data { members.member(name, value) }
                }
            }
            if case .waiting = payment.status { return }
            object.object("paymentMethod") { method in
                method.member("type", payment.type)
                method.member("brand", payment.card.brand)
            }
        }
    }

    private func write(
        _ step: Adyen.Payment.Step,
        of payment: Adyen.Payment,
        to object: inout JSONWriter
    ) {
        let resultCode =
            switch step {
            case .redirect: "RedirectShopper"
            case .fingerprint: "IdentifyShopper"
            case .challenge: "ChallengeShopper"
            }
        object.member("resultCode", resultCode)
        object.object("action") { action in
            action.member("paymentMethodType", payment.type)
            switch step {
            case .redirect:
                action.member("type", "redirect")
                action.member("method", "GET")
                action.member("url", "\(publicURL)\(Self.redirectPath)?MD=\(payment.psp)")
            case .fingerprint, .challenge:
                action.member("type", "threeDS2")
                action.member("subtype", step == .fingerprint ? "fingerprint" : "challenge")
                action.member("token", "eyJ0aHJlZURTIjoi\(payment.psp)In0=")
                action.member("paymentData", "Ab02b4c0!\(payment.psp)")
                action.member("authorisationToken", "BQABAQ\(payment.psp)")
            }
        }
    }

    static let redirectPath = "/checkoutshopper/threeDS/redirect"

    /// What accounts switch on one by one; here all or nothing.
    func additionalData(of payment: Adyen.Payment) -> [(name: String, value: String)] {
        switch payment.status {
        case .waiting, .pending: return []
        case .refused(let refusal):
            var data = [("refusalReasonRaw", refusal.raw)]
            if let advice = refusal.advice { data.append(("merchantAdviceCode", advice)) }
            return data
        case .authorised, .cancelled, .expired: break
        }
        var data = [
            ("authCode", payment.authCode), ("cardSummary", payment.card.summary),
            ("expiryDate", Adyen.Card.expiry), ("cardBin", "411111"),
            ("paymentMethodVariant", payment.card.brand),
            ("networkTxReference", "060720116005060"),
        ]
        data += tokenization(of: payment)
        return data
    }

    /// What describes a stored card, when there is one.
    func tokenization(of payment: Adyen.Payment) -> [(name: String, value: String)] {
        guard let token = payment.token, let storing = payment.storing else { return [] }
        return [
            ("tokenization.storedPaymentMethodId", token.id),
            ("tokenization.shopperReference", storing.shopper),
            ("tokenization.store.operationType", token.operation),
        ]
    }

    /// The answer of all modifications: it says nothing of what will come of it.
    func write(modification psp: String, to writer: inout JSONWriter) {
        guard let modification = modifications[psp] else { return }
        writer.object { object in
            object.member("merchantAccount", modification.merchant)
            if modification.isTechnical {
                if let text = modification.reference { object.member("paymentReference", text) }
            } else {
                if let psp = modification.payment { object.member("paymentPspReference", psp) }
                if let text = modification.reference { object.member("reference", text) }
            }
            object.member("pspReference", psp)
            object.member("status", "received")
            if let amount = modification.amount { object.member("amount", amount) }
        }
    }

    func write(newSession id: String, to writer: inout JSONWriter) {
        guard let session = sessions[id] else { return }
        writer.object { object in
            object.member("id", id)
            object.member("merchantAccount", session.order.merchant)
            object.member("reference", session.order.reference)
            if let amount = session.order.amount {
                object.object("amount") { money in
                    money.member("currency", amount.currency)
                    money.member("value", amount.value)
                }
            }
            object.member("returnUrl", session.order.returnURL)
            object.member("expiresAt", session.expires.rfc3339(offset: 60))
            object.member("mode", session.isHosted ? "hosted" : "embedded")
            object.member("sessionData", session.data)
            if session.isHosted { object.member("url", "\(publicURL)/hosted/\(id)") }
        }
    }

    func write(session id: String, to writer: inout JSONWriter) {
        guard let session = sessions[id] else { return }
        writer.object { object in
            object.member("id", id)
            object.member("status", session.status.rawValue)
            object.member("reference", session.order.reference)
            object.array("payments") { list in
                for psp in session.payments {
                    guard let payment = payments[psp] else { continue }
                    list.object { entry in
                        entry.member("pspReference", psp)
                        entry.member("amount", payment.amount)
                        entry.object("paymentMethod") { method in
                            method.member("type", payment.type)
                            method.member("brand", payment.card.brand)
                        }
                    }
                }
            }
        }
    }

    func write(_ method: Adyen.StoredMethod, to object: inout JSONWriter) {
        object.member("id", method.id)
        object.member("type", "scheme")
        object.member("brand", method.card.brand)
        object.member("lastFour", method.card.summary)
        object.member("expiryMonth", "03")
        object.member("expiryYear", "2030")
        object.member("holderName", "A. Shopper")
        object.member("networkTxReference", "060720116005060")
        object.member("shopperReference", method.shopper)
        object.array("supportedRecurringProcessingModels") { list in
            for model in method.models { list.element(model) }
        }
    }
}
