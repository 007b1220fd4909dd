package import PaymentCore

/// What the card networks rule about trying again, whichever vendor relayed their codes. Their
/// "never" outranks a vendor's milder class of the same decline.
package enum CardNetworkRules {
    /// The decline with the network's own word applied.
    ///
    /// - Parameter brand: the card's network as vendors spell it, for example `visa`; nil when it
    ///   is not known: then only codes that one network alone uses are applied.
    package static func applied(to decline: Decline, brand: String?) -> Decline {
        let isVisa = brand == "visa"
        let advice = decline.adviceCode.flatMap { (isVisa ? visaAdvice : mastercardAdvice)[$0] }
        let isForbidden = advice == .never || (isVisa && isVisaNever(decline.networkCode))
        let wait: Duration? = if case .after(let wait) = advice { wait } else { nil }
        return Decline(
            isForbidden ? decline.class.hardened : decline.class,
            code: decline.code,
            networkCode: decline.networkCode,
            adviceCode: decline.adviceCode,
            retryAfter: decline.retryAfter ?? (isForbidden ? nil : wait)
        )
    }

    private enum Advice: Hashable {
        case never
        case after(Duration)
    }

    // Mastercard's merchant advice codes. `01` and `04` ask for new card data, `40` and `41` forbid
    // recurring use alone: what follows from them is the retry engine's business.
    private static let mastercardAdvice: [String: Advice] = [
        "02": .after(.seconds(72 * 3_600)),
        "03": .never,
        "21": .never,
        "24": .after(.seconds(3_600)),
        "25": .after(.seconds(24 * 3_600)),
        "26": .after(.seconds(2 * 86_400)),
        "27": .after(.seconds(4 * 86_400)),
        "28": .after(.seconds(6 * 86_400)),
        "29": .after(.seconds(8 * 86_400)),
        "30": .after(.seconds(10 * 86_400)),
        "42": .never,
        "99": .never,
    ]

    // Visa's: the holder stopped this payment, all of this merchant's, all on this card. The same
    // digits mean "wait" with Mastercard. (PayPal's reference, section 4.)
    private static let visaAdvice: [String: Advice] = ["02": .never, "03": .never, "21": .never]

    // Visa's response codes of category 1.
    private static func isVisaNever(_ code: String?) -> Bool {
        switch code {
        case "04", "07", "12", "14", "15", "41", "43", "46", "57", "R0", "R1", "R3": true
        default: false
        }
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
