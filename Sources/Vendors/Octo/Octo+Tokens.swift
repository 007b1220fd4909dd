package import HTTP
package import PaymentCore

extension Octo {
    /// A saved card: Octo's token, and before it the kind of card when it is not the account's
    /// usual one, as `humo:…`. Tokens come from a partner who may see card numbers; this service
    /// may not, so it binds none (section 3.6).
    struct Token {
        let method: String
        let card: String

        var looksLikeNumber: Bool {
            (13...19).contains(card.utf8.count)
                && card.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }

        private static let methods = ["bank_card", "uzcard", "humo"]

        init(_ token: VendorToken, otherwise method: String) {
            let parts = token.value.split(separator: ":", maxSplits: 1).map(String.init)
            if parts.count == 2, Self.methods.contains(parts[0]) {
                (self.method, card) = (parts[0], parts[1])
            } else {
                (self.method, card) = (method, token.value)
            }
        }
    }
}

extension Octo.Dialect {
    /// Octo keeps no customers and shows no token: an imported one is taken as it is, and its first
    /// charge tells whether it is good. Blocking it is the one request.
    package func step(
        _ operation: TokenOperation,
        key: String,
        after answers: [HTTPResponse]
    ) throws(VendorRejection) -> VendorStep<TokenOutcome> {
        try Conversation.step(after: answers) {
            (conversation) throws(Conversation.Interruption) in
            switch operation {
            case .detach(let token):
                let card = Octo.Token(token, otherwise: tokenMethod)
                return try detached(self.hear(block(card), .movesMoney, &conversation))
            case .registerCustomer(let customer, _, _):
                return .customer(reference: customer.description)
            case .attach: return .done
            case .readMethod(let token):
                let card = Octo.Token(token, otherwise: tokenMethod)
                let brand = card.method == "bank_card" ? nil : card.method
                return .method(MethodDetails(brand: brand), customerReference: nil)
            case .openSession, .readSession: throw .refused(.withoutSessions)
            }
        }
    }

    private func detached(_ reply: Octo.Reply) -> TokenOutcome {
        switch reply {
        case .good: return .done
        case .unknown(let why): return .unknown(why)
        case .refused(let failure):
            switch failure.outcome {
            case .notDone(let reason): return .notDone(reason)
            // A card that is blocked already stays blocked.
            case .rejected where failure.says("blocked"): return .done
            case .rejected(let rejection): return .rejected(rejection)
            case .succeeded, .pending, .requiresAction, .declined, .unknown, .abandoned, .found,
                .notFound:
                return .unknown(.vendorError)
            }
        }
    }
}

extension VendorRejection {
    /// Binding a card here would mean seeing its number.
    fileprivate static let withoutSessions = VendorRejection(
        .methodNotUsable,
        code: "no_sessions",
        message: "Octo saves no card on a page; its tokens are imported"
    )
}
