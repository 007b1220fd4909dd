extension Payme {
    /// A card as the simulator knows it: by its mask and how it behaves, never by its number.
    struct TestCard: Sendable, Equatable {
        enum Network: Sendable {
            case uzcard
            case humo
        }

        /// What the bank answers when it is asked for money.
        enum Verdict: Sendable, Equatable {
            case approved
            /// −31630 with this text.
            case refused(String)
            /// The bank's or the processor's system is down.
            case systemError
            /// An error too, but only after ten seconds.
            case slowError
            /// The answer comes later by itself; until then the receipt says 2.
            case later(approved: Bool)
        }

        /// Four digits for the vendor's own test cards, a word for ours; `test_<name>` is a token
        /// of it that is verified and recurrent from the start.
        let name: String
        let mask: String
        var verdict = Verdict.approved
        var hasSMS = true
        /// `MMYY`.
        var expiry = "0399"

        var network: Network { mask.hasPrefix("9860") ? .humo : .uzcard }
    }
}

extension Payme.TestCard {
    /// The code that the vendor's test cards expect.
    static let smsCode = "666666"

    /// The vendor's test cards by their masks (section 4.2), then ours.
    static let all = [
        Self(name: "6311", mask: "860006******6311"),
        Self(name: "6478", mask: "860049******6478"),
        Self(name: "0842", mask: "860006******0842", hasSMS: false),
        Self(name: "4657", mask: "333333******4657", verdict: .refused("Card has expired")),
        Self(name: "9073", mask: "444444******9073", verdict: .refused("Card is blocked")),
        Self(name: "0323", mask: "860014******0323", verdict: .systemError),
        Self(name: "9596", mask: "860013******9596", verdict: .slowError),
        Self(name: "humo", mask: "986002******1147"),
        Self(
            name: "insufficient",
            mask: "860006******0051",
            verdict: .refused("Insufficient funds")
        ),
        Self(name: "refused", mask: "860006******0005", verdict: .refused("Card error")),
        Self(name: "later", mask: "860006******3259", verdict: .later(approved: true)),
        Self(name: "later_refused", mask: "860006******3267", verdict: .later(approved: false)),
    ]

    /// The card with this name or mask.
    static func named(_ text: String) -> Self? {
        all.first { $0.name == text || $0.mask == text }
    }
}
