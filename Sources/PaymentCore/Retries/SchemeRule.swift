/// What card networks rule about trying a declined payment again: one row each, with its source.
package struct SchemeRule: Sendable, Hashable {
    package enum Sign: Sendable, Hashable {
        /// The network's response code.
        case response
        /// The network's advice to merchants.
        case advice
    }

    package enum Verdict: Sendable, Hashable {
        /// Never again with this card.
        case never
        /// Never without the payer: the card takes no recurring use.
        case neverUnattended
        /// The stored card data must be renewed first.
        case renewCredential
        case notBefore(Duration)
    }

    /// What callers are told, for example `visa_category_1`.
    package let name: String
    package let scheme: CardScheme
    package let sign: Sign
    package let codes: Set<String>
    package let verdict: Verdict
    /// Where it is written.
    package let source: String

    private init(
        _ name: String,
        _ scheme: CardScheme,
        _ sign: Sign,
        _ codes: String,
        _ verdict: Verdict,
        source: String
    ) {
        self.name = name
        self.scheme = scheme
        self.sign = sign
        self.codes = Set(codes.split(separator: " ").map(String.init))
        self.verdict = verdict
        self.source = source
    }
}

extension SchemeRule {
    private static let networks = "card network rules, as processors relay them (2024-2026)"

    /// All rules. The first that fits a decline holds.
    package static let all: [SchemeRule] =
        [
            SchemeRule(
                "visa_category_1",
                .visa,
                .response,
                "04 07 12 14 15 41 43 46 57 R0 R1 R3",
                .never,
                source: networks + ", Visa"
            ),
            // The holder stopped this payment, all of this merchant's, all on this card. The same
            // digits mean "wait" with Mastercard.
            SchemeRule(
                "visa_payment_stopped",
                .visa,
                .advice,
                "02 03 21",
                .never,
                source: "PayPal, processor responses, section 4"
            ),
            SchemeRule(
                "mastercard_never",
                .mastercard,
                .advice,
                "03 21 42 99",
                .never,
                source: networks + ", Mastercard merchant advice codes"
            ),
            SchemeRule(
                "mastercard_no_recurring",
                .mastercard,
                .advice,
                "40 41",
                .neverUnattended,
                source: networks + ", Mastercard merchant advice codes"
            ),
            SchemeRule(
                "mastercard_new_account_information",
                .mastercard,
                .advice,
                "01 04",
                .renewCredential,
                source: networks + ", Mastercard merchant advice codes (04 from one source)"
            ),
        ]
        + [
            ("02", 72), ("24", 1), ("25", 24), ("26", 48), ("27", 96), ("28", 144), ("29", 192),
            ("30", 240),
        ].map { code, hours in
            SchemeRule(
                "mastercard_wait_\(hours)_hours",
                .mastercard,
                .advice,
                code,
                .notBefore(.seconds(hours * 3_600)),
                source: networks + ", Mastercard merchant advice codes"
            )
        }

    /// The name of the cap that both networks put on attempts for one card and amount.
    package static let attemptCap = "15_attempts_in_30_days"
    package static let mostAttempts = 15
    package static let attemptWindow: Duration = .seconds(30 * 86_400)

    /// The rule that a decline falls under.
    ///
    /// - Parameter scheme: nil when it is not known; then an advice is read as Mastercard's, whose
    ///   table is the only one with more than "never", and no response code has a rule.
    package static func rule(for decline: Decline, of scheme: CardScheme?) -> SchemeRule? {
        all.first { rule in
            switch rule.sign {
            case .response:
                rule.scheme == scheme && decline.networkCode.map(rule.codes.contains) == true
            case .advice:
                rule.scheme == (scheme ?? .mastercard)
                    && decline.adviceCode.map(rule.codes.contains) == true
            }
        }
    }
}

extension SchemeRule.Verdict {
    /// Whether it forbids every later attempt without the payer.
    var isFinal: Bool {
        switch self {
        case .never, .neverUnattended: true
        case .renewCredential, .notBefore: false
        }
    }
}
