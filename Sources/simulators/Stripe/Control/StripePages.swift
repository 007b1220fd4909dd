internal import HTTP

extension Stripe {
    /// The pages that a customer's browser sees: authentication, and card entry in place of the
    /// vendor's hosted fields. No card number is ever asked for.
    enum Pages {
        struct Reply: Sendable {
            var status = 200
            var html = ""
            /// Where the browser goes next, for a 303.
            var location: String?
        }

        static func answer(
            _ method: String,
            path: String,
            query: QueryItems,
            form: QueryItems,
            by simulator: StripeSimulator
        ) -> Reply {
            do throws(StripeSimulator.Refusal) {
                if path == "/3d_secure_2/hosted" {
                    return try authentication(method, query, form, simulator)
                }
                if path.hasPrefix("/setup/") {
                    let secret = String(path.dropFirst("/setup/".count))
                    return try cardEntry(method, secret, query, form, simulator)
                }
            } catch {
                return Reply(status: 400, html: page("Not possible", "<p>\(escape(error.message))"))
            }
            return Reply(status: 404, html: page("Not found", "<p>There is no such page."))
        }
    }
}

extension Stripe.Pages {
    private static func authentication(
        _ method: String,
        _ query: QueryItems,
        _ form: QueryItems,
        _ simulator: StripeSimulator
    ) throws(StripeSimulator.Refusal) -> Reply {
        let id = query["payment_intent"] ?? query["setup_intent"] ?? ""
        guard method == "POST" else {
            guard let subject = simulator.authenticationSubject(id) else {
                return Reply(status: 404, html: page("Not found", "<p>Nothing waits here."))
            }
            return Reply(
                html: page(
                    "Is it you?",
                    """
                    <p>\(escape(subject))
                    <form method="post">
                    <button name="outcome" value="succeeded">Yes, approve</button>
                    <button name="outcome" value="failed">No, fail</button>
                    </form>
                    """
                )
            )
        }
        let outcome = form["outcome"]
        guard outcome == "succeeded" || outcome == "failed" else {
            return Reply(status: 400, html: page("Not possible", "<p>Choose an outcome."))
        }
        let location = try simulator.authenticate(id, succeeds: outcome == "succeeded")
        guard let location else { return Reply(html: page("Done", "<p>You can close this page.")) }
        return Reply(status: 303, location: location)
    }

    private static func cardEntry(
        _ method: String,
        _ secret: String,
        _ query: QueryItems,
        _ form: QueryItems,
        _ simulator: StripeSimulator
    ) throws(StripeSimulator.Refusal) -> Reply {
        guard let intent = simulator.setupIntent(clientSecret: secret) else {
            return Reply(status: 404, html: page("Not found", "<p>There is no such set-up."))
        }
        guard method == "POST", let card = form["payment_method"] else {
            let options = offeredCards.map { "<option>\($0)" }.joined(separator: "\n")
            return Reply(
                html: page(
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
            )
        }
        try simulator.enterCard(card, setupIntent: intent.id, returnURL: query["return_url"])
        guard let after = simulator.setupIntent(clientSecret: secret) else { return Reply() }
        switch (after.status, after.nextAction) {
        case (.requiresAction, .redirect(let url, _)): return Reply(status: 303, location: url)
        case (.succeeded, _): break
        case (.requiresAction, _), (.requiresPaymentMethod, _), (.canceled, _):
            let reason = after.lastError?.decline.message ?? "More is needed."
            return Reply(html: page("Not saved", "<p>\(escape(reason))"))
        }
        guard let returnURL = query["return_url"] else {
            return Reply(html: page("Saved", "<p>You can close this page."))
        }
        return Reply(status: 303, location: returnURL)
    }

    private static let offeredCards = [
        "pm_card_visa", "pm_card_mastercard", "pm_card_authenticationRequired",
        "pm_card_authenticationRequiredOnSetup", "pm_card_decline_insufficient_funds",
        "pm_card_chargeDeclined",
    ]

    private static func page(_ title: String, _ content: String) -> String {
        """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <title>\(title)</title>
        <h1>\(title)</h1>
        \(content)
        </html>
        """
    }

    private static func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }
}
