import JSON
import PaymentCore

extension Stripe {
    /// An `error` object, which also stands in `last_payment_error` and `last_setup_error`.
    struct Failure {
        let json: JSONValue

        init?(_ json: JSONValue?) {
            guard let json, json.objectValue != nil,
                json["type"]?.stringValue != nil || json["code"]?.stringValue != nil
            else { return nil }
            self.json = json
        }

        var type: String { json["type"]?.stringValue ?? "" }
        var code: String { json["code"]?.stringValue ?? "" }
        var declineCode: String? { json["decline_code"]?.stringValue }
        var adviceCode: String? { json["advice_code"]?.stringValue }
        var networkDeclineCode: String? { json["network_decline_code"]?.stringValue }
        var networkAdviceCode: String? { json["network_advice_code"]?.stringValue }
        var parameter: String { json["param"]?.stringValue ?? "" }
        var paymentIntent: PaymentIntent? { PaymentIntent(json["payment_intent"]) }
        var charge: Charge? { Charge(json["charge"]) }

        /// The code for operators: Stripe's own, or the type where it gives none.
        var shownCode: String { code.isEmpty ? type : code }

        /// Stripe's text for developers, bounded; never that of an authentication failure, which
        /// quotes a part of the key.
        var message: String {
            String((json["message"]?.stringValue ?? "Stripe gave no reason").prefix(300))
        }
    }
}

extension Stripe.Failure {
    /// Why the request as such was refused (section 4, "other code values to know").
    var rejection: VendorRejection {
        VendorRejection(reason, code: shownCode, message: message)
    }

    private var reason: VendorRejection.Reason {
        switch code {
        case "amount_too_small", "amount_too_large": .amountNotAccepted
        case "charge_expired_for_capture", "capture_charge_authorization_expired":
            .authorizationExpired
        case "charge_disputed", "refund_disputed_payment": .disputed
        case "charge_already_captured", "charge_already_refunded", "charge_not_refundable",
            "payment_intent_unexpected_state", "payment_intent_payment_attempt_expired",
            "setup_intent_unexpected_state":
            .wrongState
        case "payment_method_unexpected_state", "payment_intent_incompatible_payment_method":
            .methodNotUsable
        case "livemode_mismatch", "api_key_expired": .configuration
        case "resource_missing": parameter == "payment_method" ? .methodNotUsable : .notFound
        // A refund above what is left has no code of its own, only the parameter's name.
        default:
            parameter == "amount" || parameter == "amount_to_capture"
                ? .amountNotAccepted : .invalidRequest
        }
    }
}
