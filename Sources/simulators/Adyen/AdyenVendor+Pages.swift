internal import HTTP

// The pages that a shopper's browser sees: the redirect for 3-D Secure and the hosted checkout. No
// card number is ever asked for.
extension Adyen.Vendor {
    package mutating func page(_ visit: PageVisit) -> PageReply {
        do throws(ControlRefusal) {
            if visit.path == Adyen.World.redirectPath {
                return try redirect(visit, visit.query["MD"] ?? "")
            }
            if visit.path.hasPrefix("/hosted/") {
                return try checkout(visit, String(visit.path.dropFirst("/hosted/".count)))
            }
            return .notFound
        } catch {
            return .notPossible(error.message)
        }
    }

    private mutating func redirect(
        _ visit: PageVisit,
        _ psp: String
    ) throws(ControlRefusal) -> PageReply {
        guard let payment = world.payments[psp], payment.status == .waiting(.redirect) else {
            return .notFound
        }
        guard visit.isSubmission else {
            return PageReply(
                "Is it you?",
                """
                <p>Payment of \(payment.amount.value) \(payment.amount.currency) (minor units)
                <form method="post">
                \(Self.outcomes)
                <button>Answer</button>
                </form>
                """
            )
        }
        let (_, address) = try answer(psp, try Self.outcome(visit))
        return address.map(PageReply.goOn) ?? .notFound
    }

    private mutating func checkout(
        _ visit: PageVisit,
        _ id: String
    ) throws(ControlRefusal) -> PageReply {
        guard let session = world.sessions[id], session.isHosted else { return .notFound }
        guard visit.isSubmission else {
            let cards = Self.cards.map { "<option>\($0)" }.joined(separator: "\n")
            return PageReply(
                "Checkout",
                """
                <form method="post">
                <select name="card">
                \(cards)
                </select>
                \(Self.outcomes)
                <label><input type="checkbox" name="consents"> Keep my card</label>
                <button name="answer" value="pay">Pay</button>
                <button name="answer" value="cancel">Cancel</button>
                </form>
                """
            )
        }
        let result: String
        if visit.form["answer"] == "cancel" {
            result = try acting { world throws(Adyen.Failure) in try world.cancel(session: id) }
        } else {
            guard let card = Adyen.Card(visit.form["card"] ?? "test_visa") else {
                return .notPossible("There is no such card.")
            }
            let outcome = try Self.outcome(visit)
            let consents = visit.form["consents"] != nil
            result = try acting { world throws(Adyen.Failure) in
                try world.pay(session: id, with: card, outcome, consents: consents)
            }
        }
        return sessionAddress(id, result).map(PageReply.goOn) ?? .notFound
    }

    // MARK: Parts

    private static var outcomes: String {
        let options = Adyen.ShopperAnswer.Outcome.allCases.map { "<option>\($0.rawValue)" }
        return "<select name=\"outcome\">\n\(options.joined(separator: "\n"))\n</select>"
    }

    private static func outcome(
        _ visit: PageVisit
    ) throws(ControlRefusal) -> Adyen.ShopperAnswer.Outcome {
        let word = visit.form["outcome"] ?? "succeeded"
        guard let outcome = Adyen.ShopperAnswer.Outcome(rawValue: word) else {
            throw ControlRefusal("There is no such outcome.")
        }
        return outcome
    }

    private static let cards = [
        "test_visa", "test_mc", "test_3ds", "test_refused_12", "test_pending",
    ]
}
