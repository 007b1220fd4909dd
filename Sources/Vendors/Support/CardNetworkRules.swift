package import PaymentCore

/// What the card networks rule about trying again, whichever vendor relayed their codes: their
/// "never" outranks a vendor's milder class of the same decline. The rules are ``SchemeRule/all``.
package enum CardNetworkRules {
    /// The decline with the network's own word applied.
    ///
    /// - Parameter brand: the card's network as vendors spell it, for example `visa`; nil when it
    ///   is not known: then only codes that one network alone uses are applied.
    package static func applied(to decline: Decline, brand: String?) -> Decline {
        let verdict = SchemeRule.rule(for: decline, of: CardScheme(brand: brand))?.verdict
        let isForbidden = verdict == .never
        let wait: Duration? = if case .notBefore(let wait) = verdict { wait } else { nil }
        return Decline(
            isForbidden ? decline.class.hardened : decline.class,
            code: decline.code,
            networkCode: decline.networkCode,
            adviceCode: decline.adviceCode,
            retryAfter: decline.retryAfter ?? (isForbidden ? nil : wait)
        )
    }
}

extension Decline.Class {
    /// "Never again" for what would have been tried again; graver classes keep their meaning.
    fileprivate var hardened: Decline.Class {
        switch self {
        case .soft, .temporary: .hard
        case .hard, .fraud, .authenticationRequired: self
        }
    }
}
