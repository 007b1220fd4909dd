package import HTTP
import JSON
package import PaymentCore

// Section 3: methods are given to PayPal, in its fields or on its page, as a setup token that we
// exchange for a permanent one.
extension PayPal.Dialect {
    package func step(
        _ operation: TokenOperation,
        key: String,
        after answers: [HTTPResponse]
    ) throws(VendorRejection) -> VendorStep<TokenOutcome> {
        var heard = PayPal.Heard(answers)
        switch operation {
        // PayPal makes its customers with their first token. Until then ours stands for them.
        case .registerCustomer(let customer, _, _):
            return .finished(.customer(reference: customer.description))
        case .openSession(_, let customer, let kind, _, let returnURL):
            guard let reply = heard.next() else {
                return .ask(try setup(kind, customer, returnURL, key), .none)
            }
            guard let setup = reply.setupToken else { return .finished(refused(reply)) }
            guard let action = action(of: setup) else {
                return .finished(.unknown(.unreadableReply))
            }
            return .finished(.opened(reference: setup.id, action: action))
        case .readSession(let reference): return try readSession(reference, key, &heard)
        case .readMethod(let token):
            guard let reply = heard.next() else { return .ask(try read(token), .none) }
            guard let token = reply.paymentToken else { return .finished(refused(reply)) }
            return .finished(
                .method(token.source?.method ?? MethodDetails(), customerReference: token.customer)
            )
        // A token belongs to its customer from the start.
        case .attach: return .finished(.done)
        case .detach(let token):
            guard let reply = heard.next() else {
                return .ask(delete("v3/vault/payment-tokens/\(try segment(token.value))"), .none)
            }
            let isGone = reply.isSuccess || reply.issue == .rejected(.notFound)
            return .finished(isGone ? .done : refused(reply))
        }
    }

    private func read(_ token: VendorToken) throws(VendorRejection) -> HTTPRequest {
        get("v3/vault/payment-tokens/\(try segment(token.value))")
    }

    /// Opens an empty card, or a wallet that its payer approves.
    private func setup(
        _ kind: MethodKind,
        _ customer: String?,
        _ returnURL: String?,
        _ key: String
    ) throws(VendorRejection) -> HTTPRequest {
        guard kind == .card || kind == .wallet else {
            throw VendorRejection(
                .methodNotUsable,
                code: "method_kind",
                message: "PayPal stores cards and wallets"
            )
        }
        return post("v3/vault/setup-tokens", key) { body in
            body.object("payment_source") { source in
                if kind == .card {
                    source.object("card") { card in
                        card.member("verification_method", "SCA_WHEN_REQUIRED")
                        if let returnURL {
                            card.object("experience_context") { $0.pages(returnURL) }
                        }
                    }
                } else {
                    source.object("paypal") { $0.wallet(returnURL) }
                }
            }
            // Our own identifier says that PayPal has none yet.
            if let customer, CustomerID(customer) == nil {
                body.object("customer") { $0.member("id", customer) }
            }
        }
    }

    /// An approved setup token is exchanged at once; the same key gives the same token again.
    private func readSession(
        _ reference: String,
        _ key: String,
        _ heard: inout PayPal.Heard
    ) throws(VendorRejection) -> VendorStep<TokenOutcome> {
        guard let reply = heard.next() else {
            return .ask(get("v3/vault/setup-tokens/\(try segment(reference))"), .none)
        }
        guard let setup = reply.setupToken else { return .finished(refused(reply)) }
        switch setup.status {
        case .created, .payerActionRequired:
            let open = setup.snapshot(.open, setup.customer, setup.source)
            return .finished(.session(open, action: action(of: setup)))
        case .approved, .vaulted, .tokenized: break
        case nil: return .finished(.unknown(.unrecognizedStatus))
        }
        guard let exchange = heard.next() else {
            return .ask(exchange(setup, "\(key)-token"), .none)
        }
        if let token = exchange.paymentToken { return .finished(setup.succeeded(token)) }
        // Exchanged before, under a key that PayPal has forgotten: its customer has the token.
        guard setup.status != .approved, let customer = setup.customer else {
            return .finished(refused(exchange))
        }
        guard let list = heard.next() else {
            let query = [("customer_id", customer), ("page_size", "2"), ("page", "1")]
            return .ask(get("v3/vault/payment-tokens", query), .none)
        }
        guard let tokens = list.isSuccess ? list.body?["payment_tokens"]?.arrayValue : nil else {
            return .finished(refused(list))
        }
        guard tokens.count == 1, let token = PayPal.PaymentToken(tokens[0]) else {
            return .finished(.unknown(.unrecognizedStatus))
        }
        return .finished(setup.succeeded(token))
    }

    private func exchange(_ setup: PayPal.SetupToken, _ key: String) -> HTTPRequest {
        post("v3/vault/payment-tokens", key) { body in
            body.object("payment_source") { source in
                source.object("token") {
                    $0.member("id", setup.id)
                    $0.member("type", "SETUP_TOKEN")
                }
            }
        }
    }

    /// A link to follow, or PayPal's fields on the caller's page.
    private func action(of setup: PayPal.SetupToken) -> NextAction? {
        if let url = setup.links["approve"] { return .redirect(url: url) }
        guard setup.source?.name != "paypal" else { return nil }
        return .vendorLibrary(clientSecret: VendorToken(setup.id), publishableKey: clientID)
    }

    private func refused(_ reply: PayPal.Reply) -> TokenOutcome {
        switch reply.refusal {
        case .unknown(let reason): return .unknown(reason)
        case .throttled: return .notDone(.throttled)
        case .configuration: return .rejected(.credentials(refusedBy: PayPal.descriptor.name))
        case .failed(let failure):
            switch PayPal.Issue(failure) {
            case .declined(let kind, let retryAfter):
                return .declined(failure.decline(kind, retryAfter: retryAfter))
            case .sourceDeclined: return .declined(failure.decline(.hard))
            case .payerAction: return .declined(failure.decline(.authenticationRequired))
            case .rejected(let reason): return .rejected(failure.rejection(reason))
            case .readState: return .rejected(failure.rejection(.wrongState))
            }
        }
    }
}

extension PayPal {
    struct SetupToken {
        enum Status: String {
            case created = "CREATED"
            case payerActionRequired = "PAYER_ACTION_REQUIRED"
            case approved = "APPROVED"
            case vaulted = "VAULTED"
            case tokenized = "TOKENIZED"
        }

        let json: JSONValue
        let id: String
        let status: Status?

        init?(_ json: JSONValue?) {
            guard let json, let id = json["id"]?.stringValue, json["status"]?.stringValue != nil
            else { return nil }
            self.json = json
            self.id = id
            status = json["status"]?.stringValue.flatMap(Status.init)
        }

        var links: Links { Links(json["links"]) }
        var customer: String? { json.identifier("customer") }
        var source: Source? { Source(json) }

        func snapshot(
            _ status: SessionSnapshot.Status,
            _ customer: String?,
            _ source: Source?
        ) -> SessionSnapshot {
            SessionSnapshot(
                reference: id,
                session: nil,
                status: status,
                customerReference: customer,
                details: source?.method
            )
        }

        func succeeded(_ token: PaymentToken) -> TokenOutcome {
            let status = SessionSnapshot.Status.succeeded(token: VendorToken(token.id))
            return .session(
                snapshot(status, token.customer ?? customer, token.source ?? source),
                action: nil
            )
        }
    }

    struct PaymentToken {
        let json: JSONValue
        let id: String

        init?(_ json: JSONValue?) {
            guard let json, let id = json["id"]?.stringValue else { return nil }
            self.json = json
            self.id = id
        }

        var customer: String? { json.identifier("customer") }
        var source: Source? { Source(json) }
    }
}

extension PayPal.Reply {
    fileprivate var setupToken: PayPal.SetupToken? { isSuccess ? PayPal.SetupToken(body) : nil }
    fileprivate var paymentToken: PayPal.PaymentToken? {
        isSuccess ? PayPal.PaymentToken(body) : nil
    }
}

extension JSONWriter {
    fileprivate mutating func wallet(_ returnURL: String?) {
        member("usage_type", "MERCHANT")
        member("usage_pattern", "IMMEDIATE")
        member("customer_type", "CONSUMER")
        member("permit_multiple_payment_tokens", false)
        object("experience_context") {
            if let returnURL { $0.pages(returnURL) }
            $0.member("vault_instruction", "ON_PAYER_APPROVAL")
        }
    }
}
