package import HTTP
import JSON
package import PaymentCore

// Stored cards (section 4.1). A card's number goes from the payer's browser straight to Payme; we
// hand out where to, and take the token.
extension Payme.Dialect {
    package func step(
        _ operation: TokenOperation,
        key: String,
        after answers: [HTTPResponse]
    ) throws(VendorRejection) -> VendorStep<TokenOutcome> {
        try requireSubscribe("a stored card")
        let replies = answers.enumerated().map { Payme.Reply($1, to: $0 + 1) }
        switch operation {
        // Payme knows tokens, not customers.
        case .registerCustomer(let customer, _, _):
            return .finished(.customer(reference: customer.description))
        case .openSession(let session, _, let kind, _, _):
            guard kind == .card else {
                throw VendorRejection(
                    .methodNotUsable,
                    code: "method_kind",
                    message: "Payme's tokens are cards'"
                )
            }
            let reference = session.description
            return .finished(.opened(reference: reference, action: browserCall(reference)))
        case .readSession(let reference):
            return .finished(.session(.open(reference), action: browserCall(reference)))
        case .readMethod(let token):
            return check(token, replies) { .method($0, customerReference: nil) }
        case .attach(let token, _): return check(token, replies) { _ in .done }
        case .detach(let token): return remove(token, replies)
        }
    }

    /// What the browser needs for `cards.create`, `cards.get_verify_code` and `cards.verify`; the
    /// key is not among it.
    private func browserCall(_ order: String) -> NextAction {
        let parameters = VendorDetails.text { writer in
            writer.member("endpoint", cashbox.api.text)
            writer.member("merchant_id", cashbox.merchantID)
            writer.object("account") { $0.member(cashbox.accountField, order) }
        }
        return .vendorLibrary(
            clientSecret: VendorToken(parameters),
            publishableKey: cashbox.merchantID
        )
    }

    /// A token is good once its card was verified by SMS and may be charged again.
    private func check(
        _ token: VendorToken,
        _ replies: [Payme.Reply],
        _ outcome: (MethodDetails) -> TokenOutcome
    ) -> VendorStep<TokenOutcome> {
        guard let answer = replies.first else { return .ask(about(token, "check", step: 1), .none) }
        guard let card = answer.card else { return .finished(answer.tokenVerdict) }
        guard card["verify"] == true else {
            return .finished(
                .declined(Decline(.authenticationRequired, code: "card_not_verified"))
            )
        }
        guard card["recurrent"] == true else {
            return .finished(.declined(Decline(.hard, code: "card_not_recurrent")))
        }
        let details = MethodDetails(
            mask: card["number"]?.stringValue,
            expiry: card["expire"]?.stringValue
        )
        return .finished(outcome(details))
    }

    /// A token that Payme does not find any more was removed before.
    private func remove(
        _ token: VendorToken,
        _ replies: [Payme.Reply]
    ) -> VendorStep<TokenOutcome> {
        guard let answer = replies.first else {
            return .ask(about(token, "remove", step: 1), .none)
        }
        if case .result(let result) = answer, result["success"] == true { return .finished(.done) }
        guard case .failure(let fault) = answer, fault.verdict == nil else {
            return .finished(answer.tokenVerdict)
        }
        guard replies.count > 1 else { return .ask(about(token, "check", step: 2), .none) }
        if case .failure(let second) = replies[1], second.isOfCard { return .finished(.done) }
        return .finished(answer.tokenVerdict)
    }

    private func about(_ token: VendorToken, _ method: String, step: Int) -> HTTPRequest {
        call("cards.\(method)", step: step) { $0.member("token", token.value) }
    }
}

extension Payme.Fault {
    /// The range that card processing answers in.
    fileprivate var isOfCard: Bool { (-31_999 ... -31_900).contains(code) }
}

extension Payme.Reply {
    fileprivate var card: JSONValue? {
        guard case .result(let result) = self, result["card"]?.objectValue != nil else {
            return nil
        }
        return result["card"]
    }

    /// What is known of a token when no card came.
    fileprivate var tokenVerdict: TokenOutcome {
        switch self {
        case .result: return .unknown(.unreadableReply)
        case .unknown(let reason): return .unknown(reason)
        case .failure(let fault):
            switch fault.verdict {
            case .declined(let decline, _): return .declined(decline)
            case .rejected(let rejection): return .rejected(rejection)
            default:
                return fault.isOfCard
                    ? .rejected(fault.rejection(.notFound)) : .unknown(.vendorError)
            }
        }
    }
}
