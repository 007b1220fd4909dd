extension PayPal {
    /// How a payer's wallet or card behaves; docs/simulators.md lists the names.
    struct Funding: Sendable, Hashable {
        enum Kind: Sendable, Hashable {
            case wallet
            case card(Card)
        }

        struct Card: Sendable, Hashable {
            let brand: String
            let lastDigits: String
            let expiry: String
        }

        /// What happens when the order is authorized or captured.
        enum Verdict: Sendable, Hashable {
            case approves
            /// 422 with this issue.
            case refuses(Issue)
            /// 201 with a payment that failed.
            case denies(ProcessorResponse?)
            /// The hold is reviewed for a while; `accepted` says how that ends.
            case reviews(accepted: Bool)
        }

        /// What happens when the money is taken.
        enum Taking: Sendable, Hashable {
            case completes
            case refuses(Issue)
            /// The capture waits for this reason; `completes` says how that ends.
            case waits(reason: String, completes: Bool)
            /// Refused after the honor period until it is reauthorized.
            case needsHonor
        }

        enum Refunding: Sendable, Hashable {
            case completes
            case refuses(Issue)
            case waits(completes: Bool)
        }

        let name: String
        let kind: Kind
        var verdict = Verdict.approves
        var taking = Taking.completes
        var refunding = Refunding.completes
        /// The holder must prove who they are.
        var needsChallenge = false
        /// Even when the merchant charges without them.
        var needsChallengeAlways = false
        /// A token that is stored while paying arrives later.
        var isStoredLate = false
        /// It can be saved; otherwise the issue that saving meets.
        var storing: Issue?

        static let wallet = Funding(name: "wallet", kind: .wallet)

        var isCard: Bool { kind != .wallet }
    }

    /// What a card's processor said (section 4).
    struct ProcessorResponse: Sendable, Hashable {
        var responseCode = "0000"
        var adviceCode: String?
    }
}

extension PayPal.Funding {
    private init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// Nil for a name that means nothing.
    init?(_ name: String) {
        let words = name.split(separator: "_", maxSplits: 1)
        let rest = words.count > 1 ? String(words[1]) : ""
        switch words.first {
        case "wallet":
            self.init(name: name, kind: .wallet)
            guard readWallet(rest) else { return nil }
        case "card":
            let brand = rest.hasPrefix("mastercard") ? "MASTERCARD" : "VISA"
            var digits = "1111"
            if rest.hasPrefix("response") { digits = "4949" }
            if rest.hasPrefix("3ds") { digits = "2701" }
            let card = Card(brand: brand, lastDigits: digits, expiry: "2027-02")
            self.init(name: name, kind: .card(card))
            guard readCard(rest) else { return nil }
        default: return nil
        }
    }

    private mutating func readWallet(_ text: String) -> Bool {
        switch text {
        case "": return true
        case "denied": verdict = .denies(nil)
        case "review": verdict = .reviews(accepted: true)
        case "review_fails": verdict = .reviews(accepted: false)
        case "honor": taking = .needsHonor
        case "vault_late": isStoredLate = true
        default: return readBoth(text)
        }
        return true
    }

    private mutating func readCard(_ text: String) -> Bool {
        switch text {
        case "visa", "mastercard": return true
        case "3ds", "3ds_always":
            needsChallenge = true
            needsChallengeAlways = text == "3ds_always"
            return true
        default: break
        }
        if let rest = text.without(prefix: "3ds_") {
            needsChallenge = true
            return readCard(rest)
        }
        if let rest = text.without(prefix: "response_") {
            let parts = rest.split(separator: "_")
            var response = PayPal.ProcessorResponse()
            switch (parts.count, parts.dropFirst().first) {
            case (1, nil): break
            case (3, "advice"): response.adviceCode = String(parts[2])
            default: return false
            }
            response.responseCode = String(parts[0])
            verdict = .denies(response)
            return true
        }
        return readBoth(text)
    }

    /// What wallets and cards have in common.
    private mutating func readBoth(_ text: String) -> Bool {
        if let issue = text.without(prefix: "issue_").flatMap(PayPal.Issue.init) {
            verdict = .refuses(issue)
        } else if let issue = text.without(prefix: "capture_issue_").flatMap(PayPal.Issue.init) {
            taking = .refuses(issue)
        } else if let issue = text.without(prefix: "refund_issue_").flatMap(PayPal.Issue.init) {
            refunding = .refuses(issue)
        } else if let issue = text.without(prefix: "vault_issue_").flatMap(PayPal.Issue.init) {
            storing = issue
        } else if let rest = text.without(prefix: "pending_") {
            let reason = rest.without(suffix: "_fails") ?? rest
            taking = .waits(reason: reason, completes: reason == rest)
            return Self.reasons.contains(reason)
        } else if text == "refund_pending" || text == "refund_fails" {
            refunding = .waits(completes: text == "refund_pending")
        } else {
            return false
        }
        return true
    }

    /// Why a capture waits (section 2.1).
    private static let reasons: Set<String> = [
        "BUYER_COMPLAINT", "CHARGEBACK", "ECHECK", "INTERNATIONAL_WITHDRAWAL", "OTHER",
        "PENDING_REVIEW", "RECEIVING_PREFERENCE_MANDATES_MANUAL_ACTION", "REFUNDED",
        "TRANSACTION_APPROVED_AWAITING_FUNDING", "UNILATERAL", "VERIFICATION_REQUIRED",
        "DECLINED_BY_RISK_FRAUD_FILTERS",
    ]
}

extension String {
    fileprivate func without(prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }

    fileprivate func without(suffix: String) -> String? {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : nil
    }
}
