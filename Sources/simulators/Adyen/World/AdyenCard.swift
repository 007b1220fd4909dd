extension Adyen {
    /// How a card behaves; docs/simulators.md lists the names.
    struct Card: Hashable, Sendable {
        enum Verdict: Hashable, Sendable {
            case approves
            /// Only this share of a hundred is approved.
            case approvesPart(percent: Int64)
            case refuses(Refusal)
            /// Decided later; until then the answer has this result code.
            case waits(resultCode: String, approves: Bool)
        }

        /// What becomes of a modification.
        enum Course: Hashable, Sendable {
            case succeeds
            case fails
            /// Succeeds, and is undone later.
            case isUndone
        }

        enum Challenge: Hashable, Sendable {
            case none
            /// The holder is recognised without a question.
            case frictionless
            case question
        }

        let name: String
        var brand = "visa"
        var summary = "1111"
        var verdict = Verdict.approves
        var challenge = Challenge.none
        /// Even a payment without the shopper is challenged.
        var isStrict = false
        var capturing = Course.succeeds
        var cancelling = Course.succeeds
        var refunding = Course.succeeds
        /// A refund that was done comes back.
        var returnsRefund = false

        static let expiry = "03/2030"

        static let visa = Card(plain: "test_visa")

        private init(plain name: String) {
            self.name = name
        }
    }
}

extension Adyen.Card {
    /// What an encrypted card means: a name of ours, or any card that is good.
    init(encrypted blob: String) {
        self = Self(blob) ?? .visa
    }

    /// Nil for a name that means nothing.
    init?(_ name: String) {
        self.init(plain: name)
        guard name.hasPrefix("test_") else { return nil }
        let rest = String(name.dropFirst("test_".count))
        if !readBehaviour(rest) { return nil }
    }

    private mutating func readBehaviour(_ text: String) -> Bool {
        switch text {
        case "visa": break
        case "mc": (brand, summary) = ("mc", "4444")
        case "3ds": challenge = .question
        case "3ds_frictionless": challenge = .frictionless
        case "3ds_always": (challenge, isStrict) = (.question, true)
        case "partial": verdict = .approvesPart(percent: 50)
        case "lost":
            guard var refusal = Adyen.Refusal(code: 5) else { return false }
            refusal.raw = "41 : Lost card"
            verdict = .refuses(refusal)
        case "pending": verdict = .waits(resultCode: "Pending", approves: true)
        case "pending_fails": verdict = .waits(resultCode: "Pending", approves: false)
        case "received": verdict = .waits(resultCode: "Received", approves: true)
        case "capture_fails": capturing = .fails
        case "capture_undone": capturing = .isUndone
        case "cancel_fails": cancelling = .fails
        case "refund_fails": refunding = .fails
        case "refund_undone": refunding = .isUndone
        case "refund_returned": returnsRefund = true
        default: return readNumber(text)
        }
        return true
    }

    /// Names that end with a number of the vendor's or a network's.
    private mutating func readNumber(_ text: String) -> Bool {
        if text.hasPrefix("3ds_") {
            challenge = .question
            return readBehaviour(String(text.dropFirst("3ds_".count)))
        }
        let parts = text.split(separator: "_")
        guard parts.count == 2 else { return false }
        switch parts[0] {
        case "refused":
            guard let refusal = Int(parts[1]).flatMap(Adyen.Refusal.init(code:)) else {
                return false
            }
            verdict = .refuses(refusal)
        case "advice":
            guard var refusal = Adyen.Refusal(code: 2) else { return false }
            refusal.advice = String(parts[1])
            verdict = .refuses(refusal)
        default: return false
        }
        return true
    }
}
