package import HTTP
import JSON
package import PaymentCore

extension Stripe.Dialect {
    package func request(
        for operation: TokenOperation,
        key: String
    ) throws(VendorRejection) -> HTTPRequest {
        switch operation {
        case .registerCustomer(let customer, let email, let name):
            var form = FormEncoder()
            if let email { form.append("email", email) }
            if let name { form.append("name", name) }
            form.append("metadata[customer]", customer.description)
            form.append("metadata[tenant]", tenant.description)
            return post("customers", form, key)
        case .openSession(let session, let customer, let kind, let offSession, _):
            // A wallet stores the card behind it.
            guard kind == .card || kind == .wallet else {
                throw VendorRejection(
                    .methodNotUsable,
                    code: "method_kind",
                    message: "Stripe's sessions take cards and wallets in front of cards"
                )
            }
            var form = FormEncoder()
            if let customer { form.append("customer", customer) }
            form.append("usage", offSession ? "off_session" : "on_session")
            form.append("payment_method_types[]", "card")
            form.append("metadata[session]", session.description)
            form.append("metadata[tenant]", tenant.description)
            return post("setup_intents", form, key)
        case .readSession(let reference):
            return get(
                "setup_intents/\(try Self.segment(reference))",
                [("expand[]", "payment_method")]
            )
        case .readMethod(let token):
            return get("payment_methods/\(try Self.segment(token.value))")
        case .attach(let token, let customer):
            var form = FormEncoder()
            form.append("customer", customer)
            return post("payment_methods/\(try Self.segment(token.value))/attach", form, key)
        case .detach(let token):
            let method = try Self.segment(token.value)
            return post("payment_methods/\(method)/detach", FormEncoder(), key)
        }
    }

    package func outcome(
        of operation: TokenOperation,
        from response: HTTPResponse
    ) -> TokenOutcome {
        let reply = Stripe.Reply(response)
        guard reply.isSuccess else { return refused(operation, reply) }
        guard let body = reply.body, let id = body["id"]?.stringValue else {
            return .unknown(.unreadableReply)
        }
        switch operation {
        case .registerCustomer:
            guard body.isStripe("customer") else { return .unknown(.unreadableReply) }
            return .customer(reference: id)
        case .openSession:
            guard let setup = Stripe.SetupIntent(body),
                let action = vendorLibrary(setup.clientSecret)
            else { return .unknown(.unreadableReply) }
            return .opened(reference: setup.id, action: action)
        case .readSession:
            guard let setup = Stripe.SetupIntent(body) else { return .unknown(.unreadableReply) }
            guard let snapshot = setup.snapshot else { return .unknown(.unrecognizedStatus) }
            return .session(
                snapshot,
                action: setup.isWaiting ? vendorLibrary(setup.clientSecret) : nil
            )
        case .readMethod:
            guard body.isStripe("payment_method") else { return .unknown(.unreadableReply) }
            let details = body["card"].map(MethodDetails.init(card:)) ?? MethodDetails()
            return .method(details, customerReference: body.identifier("customer"))
        case .attach, .detach:
            guard body.isStripe("payment_method") else { return .unknown(.unreadableReply) }
            return .done
        }
    }

    private func refused(_ operation: TokenOperation, _ reply: Stripe.Reply) -> TokenOutcome {
        switch reply.refusal {
        case .unknown(let reason): .unknown(reason)
        case .throttled: .notDone(.throttled)
        case .configuration: .rejected(.credentials(refusedBy: Stripe.descriptor.name))
        case .declined(let failure): .declined(failure.decline(of: nil))
        case .rejected(let failure):
            // Detaching is for good, so that a second call finds nothing attached.
            isSecondDetach(operation, reply, failure) ? .done : .rejected(failure.rejection)
        }
    }

    private func isSecondDetach(
        _ operation: TokenOperation,
        _ reply: Stripe.Reply,
        _ failure: Stripe.Failure
    ) -> Bool {
        guard case .detach = operation else { return false }
        return reply.status == 400 && failure.type == "invalid_request_error"
            && !failure.code.hasPrefix("parameter_") && failure.code != "livemode_mismatch"
    }
}

extension Stripe.SetupIntent {
    /// The session in our words; nil when its status cannot be read. A failed one is not over: the
    /// customer may try another card on the same page.
    var snapshot: SessionSnapshot? {
        guard let status = snapshotStatus else { return nil }
        return SessionSnapshot(
            reference: id,
            session: session,
            status: status,
            customerReference: customer,
            details: details
        )
    }

    /// Whether the customer's page has something to do.
    var isWaiting: Bool {
        switch status {
        case .requiresPaymentMethod, .requiresConfirmation, .requiresAction: true
        case .processing, .succeeded, .canceled, nil: false
        }
    }

    private var snapshotStatus: SessionSnapshot.Status? {
        switch status {
        case .requiresPaymentMethod:
            lastError.map { .failed(code: $0.declineCode ?? $0.shownCode) } ?? .open
        case .requiresConfirmation, .requiresAction: .open
        case .processing: .processing
        case .succeeded: method.map { .succeeded(token: VendorToken($0)) }
        case .canceled: .canceled
        case nil: nil
        }
    }
}
