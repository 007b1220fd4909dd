package import HTTP
import JSON
package import PaymentCore

// Section 3. A shopper is not an object of Adyen's: the reference that we choose is all there is.
extension Adyen.Dialect {
    package func step(
        _ operation: TokenOperation,
        key: String,
        after answers: [HTTPResponse]
    ) throws(VendorRejection) -> VendorStep<TokenOutcome> {
        if let answer = answers.last {
            return .finished(outcome(of: operation, from: answer))
        }
        switch operation {
        case .registerCustomer(let customer, _, _):
            return .finished(.customer(reference: customer.description))
        case .readSession:
            // Adyen wants the result that its library gave the payer's page; what comes of a
            // session is reported by webhook.
            return .finished(.rejected(.unreadableSession))
        case .attach(let token, _):
            // A token is its shopper's from the beginning, and says whose it is.
            _ = try Adyen.StoredMethod.named(by: token)
            return .finished(.done)
        case .openSession:
            return .ask(try request(for: operation, key: key), .opensPage)
        case .readMethod:
            return .ask(try request(for: operation, key: key), .none)
        case .detach:
            return .ask(try request(for: operation, key: key), .movesMoney)
        }
    }

    package func request(
        for operation: TokenOperation,
        key: String
    ) throws(VendorRejection) -> HTTPRequest {
        switch operation {
        case .openSession(let session, let customer, let kind, let offSession, let page):
            guard kind == .card || kind == .wallet, let customer else {
                throw VendorRejection(
                    .methodNotUsable,
                    code: "method_kind",
                    message: "Adyen's sessions store cards and wallets of a customer"
                )
            }
            return post("sessions", body(session, customer, offSession, page), key)
        case .readMethod(let token):
            let method = try Adyen.StoredMethod.named(by: token)
            return bare(.get, "storedPaymentMethods", shopper: method.shopper)
        case .detach(let token):
            let method = try Adyen.StoredMethod.named(by: token)
            return bare(.delete, "storedPaymentMethods/\(method.id)", shopper: method.shopper)
        case .registerCustomer, .readSession, .attach:
            throw .unsupported(.tokenize, by: Adyen.descriptor.id)
        }
    }

    private func body(
        _ session: MethodSessionID,
        _ shopper: String,
        _ offSession: Bool,
        _ page: String?
    ) -> [UInt8] {
        json {
            $0.object("amount") {
                // Nothing is charged, but a currency is asked for.
                $0.member("currency", sessionCurrency)
                $0.member("value", 0)
            }
            $0.member("reference", session.description)
            $0.member("returnUrl", page ?? returnURL)
            if self.page == .hosted { $0.member("mode", "hosted") }
            if let countryCode { $0.member("countryCode", countryCode) }
            $0.member("shopperReference", shopper)
            $0.member("storePaymentMethodMode", "enabled")
            $0.member("shopperInteraction", "Ecommerce")
            $0.member("recurringProcessingModel", offSession ? offSessionModel : "CardOnFile")
            $0.member("channel", "Web")
        }
    }

    package func outcome(
        of operation: TokenOperation,
        from response: HTTPResponse
    ) -> TokenOutcome {
        let reply = Adyen.Reply(response)
        guard reply.isSuccess else { return refused(operation, reply) }
        switch operation {
        case .detach: return reply.status == 204 ? .done : .unknown(.unrecognizedStatus)
        case .openSession: return reply.body.map(openedSession) ?? .unknown(.unreadableReply)
        case .readMethod(let token): return method(of: token, reply.body)
        case .registerCustomer, .readSession, .attach: return .unknown(.unrecognizedStatus)
        }
    }

    private func openedSession(_ body: JSONValue) -> TokenOutcome {
        guard let id = body["id"]?.stringValue, !id.isEmpty else {
            return .unknown(.unreadableReply)
        }
        let action =
            switch page {
            case .hosted: (body["url"]?.stringValue).map { NextAction.redirect(url: $0) }
            case .embedded: library(session: body)
            }
        return action.map { .opened(reference: id, action: $0) } ?? .unknown(.unreadableReply)
    }

    private func method(of token: VendorToken, _ body: JSONValue?) -> TokenOutcome {
        guard let list = body?["storedPaymentMethods"]?.arrayValue,
            let stored = Adyen.StoredMethod(token)
        else { return .unknown(.unreadableReply) }
        guard let found = list.first(where: { $0["id"]?.stringValue == stored.id }) else {
            return .rejected(
                VendorRejection(
                    .notFound,
                    code: "token_not_found",
                    message: "the shopper has no such stored method"
                )
            )
        }
        let details = MethodDetails(
            brand: found["brand"]?.stringValue,
            last4: found["lastFour"]?.stringValue,
            expiryMonth: found["expiryMonth"]?.stringValue.flatMap { Int($0) },
            expiryYear: found["expiryYear"]?.stringValue.flatMap { Int($0) }
        )
        return .method(details, customerReference: stored.shopper)
    }

    private func refused(_ operation: TokenOperation, _ reply: Adyen.Reply) -> TokenOutcome {
        switch reply.refusal {
        case .unknown(let why): return .unknown(why)
        case .throttled: return .notDone(.throttled)
        case .rejected(let rejection):
            guard case .detach = operation else { return .rejected(rejection) }
            // Gone already, which is what was asked for.
            let isGone = rejection.reason == .methodNotUsable || rejection.reason == .notFound
            return isGone ? .done : .rejected(rejection)
        }
    }
}

extension VendorRejection {
    fileprivate static let unreadableSession = VendorRejection(
        .wrongState,
        code: "session_not_readable",
        message: "Adyen tells what became of a session by webhook alone"
    )
}
