extension Stripe {
    /// A card as the simulator knows it: never a number, only how it behaves.
    struct TestCard: Sendable, Equatable {
        /// When the holder must prove who they are.
        enum Authentication: Sendable {
            case never
            case always
            /// Once, while the card is saved; a saved card then pays off session.
            case unlessSaved
        }

        /// What the issuer answers when it is asked for money.
        enum Verdict: Sendable, Equatable {
            case approved
            case declined(Decline)
            /// An asynchronous method: the answer comes later by itself.
            case later(approved: Bool)
        }

        enum RefundBehaviour: Sendable {
            case succeeds
            /// Succeeds, and fails afterwards.
            case failsLater
            case staysPending
            case requiresAction
        }

        /// Features that a card offers when asked for them at confirmation.
        struct Features: OptionSet, Sendable {
            let rawValue: Int
            static let multicapture = Features(rawValue: 1)
            static let overcapture = Features(rawValue: 2)
            static let extendedAuthorization = Features(rawValue: 4)
            static let incrementalAuthorization = Features(rawValue: 8)
        }

        var brand = "visa"
        var last4 = "4242"
        var authentication = Authentication.never
        var verdict = Verdict.approved
        /// What the issuer answers when the card is only saved.
        var savingDecline: Decline?
        var refunds = RefundBehaviour.succeeds
        var features: Features = []
        /// The same card has the same fingerprint.
        var fingerprint = ""
    }
}

extension Stripe.TestCard {
    /// The card behind a magic payment method, nil when the name means nothing.
    ///
    /// The names are listed in docs/simulators.md.
    init?(magic name: String) {
        guard name.hasPrefix("pm_card_") else { return nil }
        self.init()
        fingerprint = Self.fingerprint(of: name)
        let kind = name.dropFirst("pm_card_".count)
        switch kind {
        case "visa": break
        case "mastercard": (brand, last4) = ("mastercard", "4444")
        case "chargeDeclined":
            last4 = "0002"
            verdict = .declined(Stripe.Decline("generic_decline"))
            savingDecline = Stripe.Decline("generic_decline")
        case "authenticationRequired", "threeDSecure2Required":
            (last4, authentication) = ("3220", .always)
        case "authenticationRequiredOnSetup":
            (last4, authentication) = ("3155", .unlessSaved)
        case "threeDSecureRequiredChargeDeclined":
            (last4, authentication) = ("9995", .always)
            verdict = .declined(Stripe.Decline("generic_decline"))
        case "processing": (last4, verdict) = ("3259", .later(approved: true))
        case "processing_fails": (last4, verdict) = ("3267", .later(approved: false))
        case "refundFail": (last4, refunds) = ("5126", .failsLater)
        case "pendingRefund": (last4, refunds) = ("7726", .staysPending)
        case "refund_requires_action": (last4, refunds) = ("7734", .requiresAction)
        case "multicapture": features = .multicapture
        case "overcapture": features = .overcapture
        case "extended_authorization": features = .extendedAuthorization
        case "incremental_authorization": features = .incrementalAuthorization
        case "all_features":
            features = [
                .multicapture, .overcapture, .extendedAuthorization, .incrementalAuthorization,
            ]
        default:
            guard let decline = Self.namedDecline(kind) else { return nil }
            last4 = "0341"
            switch decline {
            case .onPayment(let reason): verdict = .declined(reason)
            case .onSaving(let reason): savingDecline = reason
            }
        }
    }

    private enum NamedDecline {
        case onPayment(Stripe.Decline)
        case onSaving(Stripe.Decline)
    }

    private static func namedDecline(_ kind: Substring) -> NamedDecline? {
        func rest(after prefix: String) -> String? {
            guard kind.hasPrefix(prefix), kind.count > prefix.count else { return nil }
            return String(kind.dropFirst(prefix.count))
        }
        if let code = rest(after: "setup_decline_") { return .onSaving(Stripe.Decline(code)) }
        if let code = rest(after: "decline_") { return .onPayment(Stripe.Decline(code)) }
        if let advice = rest(after: "advice_") { return .onPayment(.advised(advice)) }
        if let reason = rest(after: "blocked_") { return .onPayment(.blocked(reason)) }
        return nil
    }

    private static func fingerprint(of name: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a: the same in every run.
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return "Fp" + String(hash, radix: 36)
    }
}
