/// Which accounts a payment may take, in order, and why: kept with the payment, and shown.
package struct RoutingDecision: Sendable, Hashable {
    /// What decided.
    package enum Basis: String, Sendable, CaseIterable {
        /// A rule of the tenant's routes.
        case rule
        /// The caller named the vendor.
        case provider
        /// A stored method pays only at the account that it is a token of.
        case method
        /// The tenant has no routes: the one account that can, or the default.
        case account
    }

    package struct Candidate: Sendable, Hashable {
        package let account: MerchantAccountID
        package let vendor: VendorID
        /// Its share in the rule; nil where no rule decided.
        package let weight: Int?
        /// The health that was seen.
        package let health: HealthReading

        package init(
            account: MerchantAccountID,
            vendor: VendorID,
            weight: Int?,
            health: HealthReading
        ) {
            self.account = account
            self.vendor = vendor
            self.weight = weight
            self.health = health
        }
    }

    /// An account that was considered and left out.
    package struct Skipped: Sendable, Hashable {
        package let account: MerchantAccountID
        /// Nil when the tenant has no such account any more.
        package let vendor: VendorID?
        /// The rule that names it; nil where no rule decided.
        package let rule: String?
        package let reason: SkipReason

        package init(
            account: MerchantAccountID,
            vendor: VendorID?,
            rule: String?,
            reason: SkipReason
        ) {
            self.account = account
            self.vendor = vendor
            self.rule = rule
            self.reason = reason
        }
    }

    package let basis: Basis
    /// The version of the routes; nil when there are none.
    package let version: Int64?
    /// The name of the rule that was taken.
    package let rule: String?
    /// Whether a definite "no" moves on to the next candidate.
    package let cascades: Bool
    /// In the order in which they are tried; empty when nothing can take the payment.
    package var candidates: [Candidate]
    package var skipped: [Skipped]
    package let decidedAt: Timestamp

    package init(
        basis: Basis,
        version: Int64? = nil,
        rule: String? = nil,
        cascades: Bool = false,
        candidates: [Candidate],
        skipped: [Skipped],
        decidedAt: Timestamp
    ) {
        self.basis = basis
        self.version = version
        self.rule = rule
        self.cascades = cascades
        self.candidates = candidates
        self.skipped = skipped
        self.decidedAt = decidedAt
    }
}

/// Why an account does not take a payment.
package enum SkipReason: Sendable, Hashable {
    /// The tenant has no such account any more.
    case unknownAccount
    case inactive
    /// This program does not serve its vendor.
    case vendorNotServed
    /// Its vendor cannot do what the payment needs.
    case notSupported(Refusal.Unsupported)
    /// Its breaker is open, or another payment is probing it.
    case ill(until: Timestamp)
    /// Several accounts can, and another is the default.
    case notDefault
    /// It settles in another currency, and no exchange rate is young enough.
    case rateMissing(base: Currency, quote: Currency)
}

extension SkipReason {
    /// The wire name.
    package var name: String {
        switch self {
        case .unknownAccount: "unknown_account"
        case .inactive: "inactive"
        case .vendorNotServed: "vendor_not_served"
        case .notSupported(let what): "not_supported_\(what.rawValue)"
        case .ill: "ill"
        case .notDefault: "not_default"
        case .rateMissing: "rate_missing"
        }
    }
}
