package import HTTP
import JSON
package import PaymentCore

// Stored cards (section 4.2). A card's number goes from the payer's browser straight to Click, if
// the account is set up for it; no request of ours has a field for one.
extension Click.Dialect {
    package func step(
        _ operation: TokenOperation,
        key: String,
        after answers: [HTTPResponse]
    ) throws(VendorRejection) -> VendorStep<TokenOutcome> {
        try requireTokens()
        let reply = answers.first.map { Click.Reply($0) }
        switch operation {
        // Click knows tokens, not customers.
        case .registerCustomer(let customer, _, _):
            return .finished(.customer(reference: customer.description))
        case .attach: return .finished(.done)
        case .openSession(let session, _, let kind, let offSession, _):
            guard kind == .card else { throw .methodUnusable("Click's tokens are cards'") }
            let action = browserCall(isTemporary: !offSession)
            return .finished(.opened(reference: session.description, action: action))
        case .readSession(let reference):
            let action = browserCall(isTemporary: false)
            return .finished(.session(.open(reference), action: action))
        case .readMethod(let token): return try verify(Click.CardToken(token), reply)
        case .detach(let token): return try forget(Click.CardToken(token), reply)
        }
    }

    /// What the browser needs for `card_token/request`; the secret key is not among it.
    private func browserCall(isTemporary: Bool) -> NextAction {
        let parameters = VendorDetails.text { writer in
            writer.member("endpoint", "\(service.apiBase.text)/card_token/request")
            writer.member("service_id", .number(service.id))
            writer.member("temporary", isTemporary ? 1 : 0)
        }
        return .vendorLibrary(
            clientSecret: VendorToken(parameters),
            publishableKey: service.id
        )
    }

    /// A new token is good once Click has heard the code that it sent to the card's owner. There is
    /// no other way to read one.
    private func verify(
        _ token: Click.CardToken,
        _ reply: Click.Reply?
    ) throws(VendorRejection) -> VendorStep<TokenOutcome> {
        guard let code = token.code else {
            return .finished(
                .rejected(
                    VendorRejection(
                        .notFound,
                        code: "not_readable",
                        message: "Click shows a card only when its code is verified"
                    )
                )
            )
        }
        switch reply {
        case nil:
            let request = post("card_token/verify") { writer in
                writer.member("card_token", token.text)
                writer.member("sms_code", code)
            }
            return .ask(request, .none)
        case .done(let json):
            let details = MethodDetails(mask: json["card_number"]?.stringValue, expiry: nil)
            return .finished(.method(details, customerReference: nil))
        case .refused(let code, _):
            return .finished(.declined(Decline(.authenticationRequired, code: String(code))))
        case .unauthorized(let status): return .finished(.rejected(.unauthorized(status)))
        case .unknown(let reason): return .finished(.unknown(reason))
        }
    }

    private func forget(
        _ token: Click.CardToken,
        _ reply: Click.Reply?
    ) throws(VendorRejection) -> VendorStep<TokenOutcome> {
        let segment = try PathSegment.checked(token.text, of: Click.descriptor.name)
        switch reply {
        case nil: return .ask(delete("card_token/\(service.id)/\(segment)"), .none)
        case .done: return .finished(.done)
        case .refused(let code, let note):
            return .finished(
                .rejected(VendorRejection(.notFound, code: String(code), message: note))
            )
        case .unauthorized(let status): return .finished(.rejected(.unauthorized(status)))
        case .unknown(let reason): return .finished(.unknown(reason))
        }
    }
}

extension Click {
    /// A token as callers bring it: alone, or with the code that Click sent by SMS, `token:123456`,
    /// which verifies it once and is not part of it.
    struct CardToken {
        let text: String
        let code: Int64?

        init(_ token: VendorToken) {
            let parts = token.value.split(separator: ":", maxSplits: 1)
            text = parts.first.map { String($0) } ?? ""
            code = parts.count == 2 ? Int64(parts[1]) : nil
        }
    }
}
