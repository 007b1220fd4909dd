import JSON

// What is kept of Stripe's own words about a transaction, as `docs/details/stripe.md` lists it: flat,
// so that each field can be filtered by. Secrets and tokens are not among them.

extension Stripe.PaymentIntent {
    /// - Parameter failure: the refusal that brought this payment along; else its own last one.
    func details(_ requestID: String?, _ failure: Stripe.Failure? = nil) -> String {
        let failure = failure ?? lastError
        let charge = latestCharge ?? failure?.charge
        return VendorDetails.text { writer in
            writer.word("payment_intent", id)
            writer.word("status", json["status"])
            writer.word("cancellation_reason", json["cancellation_reason"])
            writer.word("charge", charge?.id)
            writer.write(charge)
            writer.word("decline_code", failure?.declineCode ?? failure?.shownCode)
            writer.word("advice_code", failure?.adviceCode)
            writer.word("network_decline_code", failure?.networkDeclineCode)
            writer.word("network_advice_code", failure?.networkAdviceCode)
            writer.flag("livemode", json["livemode"])
            writer.word("request_id", requestID)
        }
    }
}

extension Stripe.Refund {
    func details(_ requestID: String?) -> String {
        VendorDetails.text { writer in
            writer.word("refund", id)
            writer.word("status", json["status"])
            writer.word("payment_intent", payment)
            writer.word("charge", json.identifier("charge"))
            writer.word("reason", json["reason"])
            writer.word("pending_reason", json["pending_reason"])
            writer.word("failure_reason", json["failure_reason"])
            writer.word("balance_transaction", json.identifier("balance_transaction"))
            writer.word(
                "failure_balance_transaction",
                json.identifier("failure_balance_transaction")
            )
            writer.word("acquirer_reference", json["destination_details"]?["card"]?["reference"])
            writer.word("request_id", requestID)
        }
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ charge: Stripe.Charge?) {
        guard let charge else { return }
        let card = charge.card
        word("card_brand", card?["brand"])
        word("card_last4", card?["last4"])
        number("card_exp_month", card?["exp_month"])
        number("card_exp_year", card?["exp_year"])
        word("card_funding", card?["funding"])
        word("card_country", card?["country"])
        word("card_fingerprint", card?["fingerprint"])
        word("card_wallet", card?["wallet"]?["type"])
        word("network", card?["network"])
        number("capture_before", card?["capture_before"])
        word("multicapture", card?["multicapture"]?["status"])
        word("overcapture", card?["overcapture"]?["status"])
        word("extended_authorization", card?["extended_authorization"]?["status"])
        let threeDS = card?["three_d_secure"]
        word("three_d_secure_result", threeDS?["result"])
        word("three_d_secure_flow", threeDS?["authentication_flow"])
        word("three_d_secure_version", threeDS?["version"])
        word("outcome_type", charge.outcome?["type"])
        word("outcome_reason", charge.outcome?["reason"])
        word("network_status", charge.outcome?["network_status"])
        word("risk_level", charge.outcome?["risk_level"])
        number("risk_score", charge.outcome?["risk_score"])
        word("failure_code", charge.json["failure_code"])
        flag("disputed", charge.json["disputed"])
        word("balance_transaction", charge.json.identifier("balance_transaction"))
    }
}
