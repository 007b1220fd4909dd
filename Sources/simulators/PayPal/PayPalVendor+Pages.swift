internal import Cryptography
internal import HTTP

// The pages that a payer's browser sees: approval, challenge, and the certificate that receivers
// fetch. No card number is ever asked for.
extension PayPal.Vendor {
    package mutating func page(_ visit: PageVisit) -> PageReply {
        do throws(ControlRefusal) {
            switch visit.path {
            case "/checkoutnow": return try checkout(visit, order: visit.query["token"] ?? "")
            case "/webapps/helios": return try challenge(visit, visit.query["cart_id"] ?? "")
            case "/agreements/approve":
                return try agreement(visit, visit.query["approval_session_id"] ?? "")
            case PayPal.Transmission.certificates + PayPal.Transmission.certificateID:
                return PageReply(
                    text: PayPal.SigningIdentity.shared.leaf.pem,
                    contentType: "application/x-pem-file"
                )
            default: return .notFound
            }
        } catch {
            return .notPossible(error.message)
        }
    }

    private mutating func checkout(
        _ visit: PageVisit,
        order id: String
    ) throws(ControlRefusal) -> PageReply {
        guard let order = world.orders[id], !order.isGone else { return .notFound }
        guard visit.isSubmission else {
            let sums = order.units.map { "\($0.amount.value) \($0.amount.currency.code)" }
            return Self.question(
                "Pay \(sums.joined(separator: " and "))?",
                fundings: order.namesWallet ? Self.wallets : Self.wallets + Self.cards
            )
        }
        if visit.form["answer"] == "cancel" {
            return Self.goOn(
                try acting { world throws(PayPal.Failure) in
                    try world.cancelAddress(id)
                }
            )
        }
        let address = try approve(order: id, try Self.funding(visit))
        if world.orders[id]?.status == .payerActionRequired,
            let order = world.orders[id], let next = world.payerAddress(of: order)
        {
            return .goOn(to: next)
        }
        return Self.goOn(address)
    }

    private mutating func challenge(
        _ visit: PageVisit,
        _ id: String
    ) throws(ControlRefusal) -> PageReply {
        guard world.orders[id]?.status == .payerActionRequired || world.setupTokens[id] != nil
        else { return .notFound }
        guard visit.isSubmission else {
            let options = PayPal.AuthenticationResult.outcomes.keys.sorted()
            return PageReply(
                "Is it you?",
                """
                <form method="post">
                \(Self.selection("outcome", options))
                <button>Answer</button>
                </form>
                """
            )
        }
        guard let result = PayPal.AuthenticationResult.outcomes[visit.form["outcome"] ?? ""] else {
            return .notPossible("Choose an outcome.")
        }
        return Self.goOn(
            try acting { world throws(PayPal.Failure) in
                world.setupTokens[id] == nil
                    ? try world.authenticate(id, result)
                    : try world.authenticate(setupToken: id, result)
            }
        )
    }

    private mutating func agreement(
        _ visit: PageVisit,
        _ id: String
    ) throws(ControlRefusal) -> PageReply {
        guard let token = world.setupTokens[id] else { return .notFound }
        guard visit.isSubmission else {
            return Self.question(
                "Keep this for later?",
                fundings: token.isCard ? Self.cards : Self.wallets
            )
        }
        if visit.form["answer"] == "cancel" {
            return Self.goOn(world.cancelAddress(setupToken: id))
        }
        let address = try approve(setupToken: id, try Self.funding(visit))
        if world.setupTokens[id]?.status == .payerActionRequired {
            return .goOn(to: "\(publicURL)/webapps/helios?action=verify&flow=3ds&cart_id=\(id)")
        }
        return Self.goOn(address)
    }

    // MARK: Parts

    private static func question(_ title: String, fundings: [String]) -> PageReply {
        PageReply(
            PageReply.escape(title),
            """
            <form method="post">
            \(selection("funding", fundings))
            <button name="answer" value="approve">Approve</button>
            <button name="answer" value="cancel">Cancel</button>
            </form>
            """
        )
    }

    private static func selection(_ name: String, _ options: [String]) -> String {
        let list = options.map { "<option>\($0)" }.joined(separator: "\n")
        return "<select name=\"\(name)\">\n\(list)\n</select>"
    }

    private static func funding(_ visit: PageVisit) throws(ControlRefusal) -> PayPal.Funding {
        guard let funding = PayPal.Funding(visit.form["funding"] ?? "wallet") else {
            throw ControlRefusal("There is no such funding.")
        }
        return funding
    }

    private static func goOn(_ address: String?) -> PageReply {
        address.map(PageReply.goOn) ?? PageReply("Done", "<p>You can close this page.")
    }

    private static let wallets = [
        "wallet", "wallet_issue_INSTRUMENT_DECLINED", "wallet_denied", "wallet_pending_ECHECK",
        "wallet_review",
    ]

    private static let cards = [
        "card_visa", "card_mastercard", "card_3ds", "card_response_5120", "card_response_9500",
    ]
}
