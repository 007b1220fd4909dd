extension Click {
    /// A card, or a wallet, as the simulator knows it: by its mask and how it behaves, never by its
    /// number.
    struct TestCard: Sendable, Equatable {
        /// What happens when it is asked for money.
        enum Verdict: Sendable, Equatable {
            case approved
            /// The negative `error` of Complete and its note; only −5017 and −1 have been seen.
            case refused(Int64, String)
        }

        /// As control calls, pages and CLICK Pass codes name it.
        let name: String
        let mask: String
        var verdict = Verdict.approved
        /// `UZCARD`, `HUMO` or `WALLET`.
        var processing = "UZCARD"
        /// Whether the processor lets a payment be reversed.
        var isReversible = true
        /// `MMYY`.
        var expiry = "0399"
    }
}

extension Click.TestCard {
    static let smsCode: Int64 = 12_345

    static let all = [
        Self(name: "uzcard", mask: "860006******6311"),
        Self(name: "humo", mask: "986002******1147", processing: "HUMO"),
        Self(name: "wallet", mask: "", processing: "WALLET", isReversible: false),
        Self(name: "unreversible", mask: "860006******0042", isReversible: false),
        Self(
            name: "insufficient",
            mask: "860006******0051",
            verdict: .refused(-5_017, "Insufficient funds")
        ),
        Self(
            name: "blocked",
            mask: "860006******0004",
            verdict: .refused(-5_017, "Card is blocked")
        ),
        Self(
            name: "expired",
            mask: "860006******0054",
            verdict: .refused(-5_017, "Card has expired")
        ),
        Self(
            name: "cancelled",
            mask: "860006******0001",
            verdict: .refused(-1, "Cancelled by user")
        ),
    ]

    /// The card with this name or mask.
    static func named(_ text: String) -> Self? {
        all.first { $0.name == text || ($0.mask == text && !text.isEmpty) }
    }
}
