import JSON
import PaymentCore

extension Stripe.Failure {
    /// What the "no" means for the payer's next step. `charge` is the refused one, where the
    /// answer shows it: Stripe's own blocks are told apart by its outcome alone.
    func decline(of charge: Stripe.Charge?) -> Decline {
        let vendorClass =
            Stripe.Declines.blockClass(charge?.outcome)
            ?? adviceCode.flatMap { Stripe.Declines.adviceClasses[$0] }
            ?? declineCode.map { Stripe.Declines.codeClasses[$0] ?? .soft }
            ?? Stripe.Declines.codeClasses[code]
            // A word that we do not know: soft, and its code tells which it was.
            ?? .soft
        let decline = Decline(
            vendorClass,
            code: declineCode ?? shownCode,
            networkCode: networkDeclineCode,
            // The network's own two digits where they are given: its rules are written in them.
            adviceCode: networkAdviceCode ?? adviceCode
        )
        return CardNetworkRules.applied(to: decline, brand: brand(of: charge))
    }

    private func brand(of charge: Stripe.Charge?) -> String? {
        charge?.card?["brand"]?.stringValue
            ?? json["payment_method"]?["card"]?["brand"]?.stringValue
    }
}

extension Stripe {
    /// Section 4: a block of Stripe's own, then `advice_code`, `decline_code`, `code`.
    enum Declines {
        static let adviceClasses: [String: Decline.Class] = [
            "do_not_try_again": .hard,
            "try_again_later": .soft,
            "confirm_card_data": .hard,
        ]

        static let codeClasses: [String: Decline.Class] = {
            let table: [(Decline.Class, String)] = [
                (
                    .soft,
                    """
                    insufficient_funds card_velocity_exceeded withdrawal_count_limit_exceeded \
                    generic_decline do_not_honor no_action_taken call_issuer not_permitted \
                    service_not_allowed transaction_not_allowed try_again_later approve_with_id \
                    card_decline_rate_limit_exceeded balance_insufficient
                    """
                ),
                (.temporary, "issuer_not_available processing_error reenter_transaction"),
                (
                    .authenticationRequired,
                    """
                    authentication_required authentication_not_handled \
                    mobile_device_authentication_required payment_intent_authentication_failure \
                    setup_intent_authentication_failure
                    """
                ),
                (
                    .hard,
                    """
                    expired_card incorrect_number invalid_number invalid_account \
                    new_account_information_available incorrect_cvc invalid_cvc \
                    invalid_expiry_month invalid_expiry_year incorrect_zip incorrect_address \
                    card_not_supported currency_not_supported invalid_amount restricted_card \
                    testmode_decline revocation_of_authorization \
                    revocation_of_all_authorizations stop_payment_order do_not_try_again \
                    duplicate_transaction incorrect_pin invalid_pin pin_try_exceeded \
                    offline_pin_required online_or_offline_pin_required
                    """
                ),
                (
                    .fraud,
                    """
                    fraudulent merchant_blacklist lost_card stolen_card pickup_card \
                    security_violation
                    """
                ),
            ]
            var classes: [String: Decline.Class] = [:]
            for (kind, codes) in table {
                for code in codes.split(separator: " ") { classes[String(code)] = kind }
            }
            return classes
        }()

        /// A charge that Stripe blocked never reached the network: nobody's advice is about it.
        static func blockClass(_ outcome: JSONValue?) -> Decline.Class? {
            guard let outcome, outcome["type"] == "blocked" else { return nil }
            return switch outcome["reason"]?.stringValue {
            case "previously_declined_do_not_retry", "low_probability_of_authorization": .hard
            default: .fraud
            }
        }
    }
}
