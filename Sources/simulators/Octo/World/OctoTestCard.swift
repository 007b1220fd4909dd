extension Octo {
    /// A card as the simulator knows it: by its mask and how it behaves, never by its number.
    struct TestCard: Sendable, Equatable {
        enum Verdict: Sendable, Equatable {
            case approved
            /// Refused by the bank, or not proved by the payer: the vendor does not say which.
            case refused
        }

        /// `test_<name>` is a saved token of it from the start.
        let name: String
        let first6: String
        let last4: String
        /// `uzcard`, `humo`, `visa` or `master`.
        let vendor: String
        var country = "UZ"
        var verdict = Verdict.approved
        /// Whether a saved token needs the payer's code all the same.
        var needsCode = false
        /// 0 to 5.
        var riskLevel: Int64 = 0
        var refundsFail = false

        var mask: String { "\(first6)** **** \(last4)" }
    }
}

extension Octo.TestCard {
    static let smsCode = "111111"

    static let all = [
        Self(name: "uzcard", first6: "860006", last4: "6311", vendor: "uzcard"),
        Self(name: "humo", first6: "986002", last4: "1147", vendor: "humo"),
        Self(name: "visa", first6: "424242", last4: "4242", vendor: "visa", country: "DE"),
        Self(name: "master", first6: "555555", last4: "4444", vendor: "master", country: "KZ"),
        Self(name: "code", first6: "860006", last4: "0842", vendor: "uzcard", needsCode: true),
        Self(
            name: "refused",
            first6: "860006",
            last4: "0051",
            vendor: "uzcard",
            verdict: .refused
        ),
        Self(
            name: "risky",
            first6: "424242",
            last4: "0019",
            vendor: "visa",
            country: "NG",
            verdict: .refused,
            riskLevel: 5
        ),
        Self(
            name: "refund_fails",
            first6: "986002",
            last4: "0126",
            vendor: "humo",
            refundsFail: true
        ),
    ]

    static func named(_ name: String) -> Self? { all.first { $0.name == name } }
}
