extension Stripe {
    /// A refusal by the issuer, the network or the vendor's own rules (section 4).
    struct Decline: Sendable, Equatable {
        var code: String
        /// Nil only where `code` alone says it: a failed authentication.
        var declineCode: String?
        var adviceCode: String?
        var networkDeclineCode: String?
        var networkAdviceCode: String?
        var message: String
        /// Why the vendor itself blocked it, when it never reached the network.
        var blockReason: String?
        var kind: Failure.Kind = .card
    }
}

extension Stripe.Decline {
    /// The refusal that goes with a decline code; a code we have not heard of is a plain one.
    init(_ declineCode: String) {
        self.declineCode = declineCode
        code = Self.ownCodes.contains(declineCode) ? declineCode : "card_declined"
        networkDeclineCode = Self.networkCodes[declineCode]
        message =
            Self.messages[declineCode] ?? (code == "card_declined" ? "Your card was declined." : "")
        if message.isEmpty {
            message = "Your card was declined (\(declineCode))."
        }
        switch declineCode {
        case "insufficient_funds":
            adviceCode = "try_again_later"
            networkAdviceCode = "02"
        case "expired_card", "incorrect_number", "invalid_account":
            adviceCode = "confirm_card_data"
            networkAdviceCode = "01"
        case "lost_card", "stolen_card", "pickup_card", "do_not_try_again",
            "revocation_of_authorization", "revocation_of_all_authorizations",
            "stop_payment_order":
            adviceCode = "do_not_try_again"
            networkAdviceCode = "03"
        default:  // The rest carries no advice.
            break
        }
    }

    static func advised(_ adviceCode: String) -> Self {
        var decline = Self("generic_decline")
        decline.adviceCode = adviceCode
        return decline
    }

    static func blocked(_ reason: String) -> Self {
        var decline = Self("generic_decline")
        decline.blockReason = reason
        decline.networkDeclineCode = nil
        return decline
    }

    static let authenticationRequired = Self("authentication_required")

    static let paymentAuthenticationFailed = Self(
        code: "payment_intent_authentication_failure",
        message: "The provided PaymentMethod has failed authentication. You can provide "
            + "payment_method to confirm this PaymentIntent again.",
        kind: .invalidRequest
    )

    static let setupAuthenticationFailed = Self(
        code: "setup_intent_authentication_failure",
        message: "The latest attempt to set up the payment method has failed because "
            + "authentication failed.",
        kind: .invalidRequest
    )

    /// Decline codes that the vendor also gives as `code`; all others come as `card_declined`.
    private static let ownCodes: Set<String> = [
        "authentication_required", "expired_card", "incorrect_number", "invalid_number",
        "incorrect_cvc", "invalid_cvc", "invalid_expiry_month", "invalid_expiry_year",
        "incorrect_zip", "incorrect_address", "processing_error",
    ]

    private static let networkCodes = [
        "insufficient_funds": "51", "do_not_honor": "05", "generic_decline": "05",
        "expired_card": "54", "lost_card": "41", "stolen_card": "43", "pickup_card": "04",
        "incorrect_number": "14", "invalid_account": "14", "call_issuer": "01",
        "issuer_not_available": "91", "reenter_transaction": "19", "processing_error": "96",
        "transaction_not_allowed": "57", "withdrawal_count_limit_exceeded": "65",
        "authentication_required": "1A", "revocation_of_authorization": "R1",
        "revocation_of_all_authorizations": "R3", "stop_payment_order": "R0",
    ]

    private static let messages = [
        "insufficient_funds": "Your card has insufficient funds.",
        "expired_card": "Your card has expired.",
        "incorrect_cvc": "Your card's security code is incorrect.",
        "incorrect_number": "Your card number is incorrect.",
        "processing_error": "An error occurred while processing your card.",
        "authentication_required":
            "Your card was declined. This transaction requires authentication.",
    ]
}
