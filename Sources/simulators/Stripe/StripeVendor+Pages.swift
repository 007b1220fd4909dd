internal import HTTP

// The pages that a customer's browser sees: authentication, and card entry in place of the vendor's
// hosted fields. No card number is ever asked for.
extension Stripe.Vendor {
    package mutating func page(_ visit: PageVisit) -> PageReply {
        do throws(ControlRefusal) {
            if visit.path == "/3d_secure_2/hosted" { return try authentication(visit) }
            if visit.path.hasPrefix("/setup/") {
                return try cardEntry(visit, secret: String(visit.path.dropFirst("/setup/".count)))
            }
            return .notFound
        } catch {
            return .notPossible(error.message)
        }
    }

    private mutating func authentication(
        _ visit: PageVisit
    ) throws(ControlRefusal) -> PageReply {
        let id = visit.query["payment_intent"] ?? visit.query["setup_intent"] ?? ""
        guard visit.isSubmission else {
            guard let subject = authenticationSubject(id) else { return .notFound }
            return PageReply(
                "Is it you?",
                """
                <p>\(PageReply.escape(subject))
                <form method="post">
                <button name="outcome" value="succeeded">Yes, approve</button>
                <button name="outcome" value="failed">No, fail</button>
                </form>
                """
            )
        }
        let outcome = visit.form["outcome"]
        guard outcome == "succeeded" || outcome == "failed" else {
            return .notPossible("Choose an outcome.")
        }
        let location = try authenticate(id, succeeds: outcome == "succeeded")
        guard let location else { return PageReply("Done", "<p>You can close this page.") }
        return .goOn(to: location)
    }

    /// What the authentication page asks about, nil when nothing waits for it.
    private func authenticationSubject(_ id: String) -> String? {
        if let intent = world.paymentIntents[id], intent.status == .requiresAction {
            return "Payment of \(intent.amount) \(intent.currency.code) (minor units)"
        }
        guard world.setupIntents[id]?.status == .requiresAction else { return nil }
        return "A card is to be saved"
    }

    private mutating func cardEntry(
        _ visit: PageVisit,
        secret: String
    ) throws(ControlRefusal) -> PageReply {
        let id = secret.split(separator: "_secret_").first.map(String.init) ?? ""
        guard let intent = world.setupIntents[id], intent.clientSecret == secret else {
            return .notFound
        }
        guard visit.isSubmission, let card = visit.form["payment_method"] else {
            let options = Self.offeredCards.map { "<option>\($0)" }.joined(separator: "\n")
            return PageReply(
                "Save a card",
                """
                <form method="post">
                <select name="payment_method">
                \(options)
                </select>
                <button>Save</button>
                </form>
                """
            )
        }
        let returnURL = visit.query["return_url"]
        try enterCard(card, setupIntent: id, returnURL: returnURL)
        guard let after = world.setupIntents[id] else { return .notFound }
        switch (after.status, after.nextAction) {
        case (.requiresAction, .redirect(let url, _)): return .goOn(to: url)
        case (.succeeded, _): break
        case (.requiresAction, _), (.requiresPaymentMethod, _), (.canceled, _):
            let reason = after.lastError?.decline.message ?? "More is needed."
            return PageReply("Not saved", "<p>\(PageReply.escape(reason))")
        }
        guard let returnURL else { return PageReply("Saved", "<p>You can close this page.") }
        return .goOn(to: returnURL)
    }

    private static let offeredCards = [
        "pm_card_visa", "pm_card_mastercard", "pm_card_authenticationRequired",
        "pm_card_authenticationRequiredOnSetup", "pm_card_decline_insufficient_funds",
        "pm_card_chargeDeclined",
    ]
}
