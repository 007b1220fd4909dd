extension Stripe {
    /// The parameters of `POST /v1/setup_intents` (section 3).
    struct SetupOrder: Sendable {
        let customer: String?
        let usage: PaymentIntent.FutureUsage
        let methodTypes: [String]
        let metadata: Metadata.Change?

        init(_ parameters: inout Parameters) throws(Failure) {
            customer = try parameters.text("customer")
            usage =
                try parameters.choice("usage", of: PaymentIntent.FutureUsage.self) ?? .offSession
            methodTypes = try parameters.methodTypes().0 ?? ["card"]
            metadata = try parameters.metadata()
        }
    }

    /// What the vendor's page, or a test in its place, sends when a card has been entered.
    struct SetupConfirmation: Sendable {
        let paymentMethod: String
        let confirmation: Confirmation

        init(_ parameters: inout Parameters) throws(Failure) {
            paymentMethod = try parameters.requiredText("payment_method")
            var confirmation = Confirmation()
            confirmation.returnURL = try parameters.text("return_url")
            self.confirmation = confirmation
        }

        init(paymentMethod: String, returnURL: String?) {
            self.paymentMethod = paymentMethod
            confirmation = Confirmation(returnURL: returnURL)
        }
    }
}

extension Stripe.World {
    mutating func createSetup(_ order: Stripe.SetupOrder) throws(Stripe.Failure) -> String {
        if let customer = order.customer, customers[customer] == nil {
            throw .missingReference("customer", customer, parameter: "customer")
        }
        let id = identifiers.next("seti_1")
        var intent = Stripe.SetupIntent(
            id: id,
            clientSecret: "\(id)_secret_\(identifiers.secret())",
            created: now.seconds,
            customer: order.customer,
            usage: order.usage,
            methodTypes: order.methodTypes
        )
        try intent.metadata.apply(order.metadata)
        setupIntents.insert(intent, id: id)
        return id
    }

    /// A card has been entered.
    ///
    /// - Throws: a decline; the set-up then waits for another card.
    mutating func confirmSetup(
        _ id: String,
        _ order: Stripe.SetupConfirmation
    ) throws(Stripe.Failure) {
        var intent = try setupIntent(id)
        switch intent.status {
        case .requiresPaymentMethod, .requiresAction: break
        case .succeeded, .canceled: throw .unexpectedState(intent, verb: "confirm")
        }
        let methodID = try usableMethod(order.paymentMethod, of: intent.customer)
        let method = try paymentMethod(methodID)
        intent.paymentMethod = methodID
        intent.lastError = nil
        intent.nextAction = nil
        setupIntents[id] = intent
        if let decline = method.card.savingDecline {
            failSetup(id, decline)
            throw .declinedCard(decline, setupIntent: id)
        }
        switch method.card.authentication {
        case .never: finishSetup(id)
        case .always, .unlessSaved:
            intent.status = .requiresAction
            intent.nextAction = nextAction(order.confirmation, page: "setup_intent=\(id)")
            setupIntents[id] = intent
            emit(.setupRequiresAction, setupIntent: id)
        }
    }

    /// The customer has been to the authentication page.
    ///
    /// - Returns: the address to send the browser to, nil when a script waits instead.
    mutating func authenticate(
        setupIntent id: String,
        succeeds: Bool
    ) throws(Stripe.Failure) -> String? {
        let intent = try setupIntent(id)
        guard intent.status == .requiresAction, let action = intent.nextAction else {
            throw .unexpectedState(intent, verb: "authenticate")
        }
        setupIntents[id]?.nextAction = nil
        if succeeds {
            if let method = intent.paymentMethod {
                paymentMethods[method]?.wasAuthenticated = true
            }
            finishSetup(id)
        } else {
            failSetup(id, .setupAuthenticationFailed)
        }
        guard case .redirect(_, let returnURL) = action else { return nil }
        return Stripe.returnAddress(
            returnURL,
            adding: [
                ("setup_intent", id),
                ("setup_intent_client_secret", intent.clientSecret),
                ("redirect_status", succeeds ? "succeeded" : "failed"),
            ]
        )
    }

    mutating func cancelSetup(_ id: String) throws(Stripe.Failure) {
        let intent = try setupIntent(id)
        switch intent.status {
        case .requiresPaymentMethod, .requiresAction: break
        case .succeeded, .canceled: throw .unexpectedState(intent, verb: "cancel")
        }
        setupIntents[id]?.status = .canceled
        setupIntents[id]?.nextAction = nil
        emit(.setupCanceled, setupIntent: id)
    }

    private mutating func finishSetup(_ id: String) {
        setupIntents[id]?.status = .succeeded
        if let intent = setupIntents[id], let method = intent.paymentMethod,
            let customer = intent.customer, paymentMethods[method]?.customer == nil
        {
            attach(method, to: customer)
        }
        emit(.setupSucceeded, setupIntent: id)
    }

    private mutating func failSetup(_ id: String, _ decline: Stripe.Decline) {
        guard let intent = setupIntents[id] else { return }
        setupIntents[id]?.status = .requiresPaymentMethod
        setupIntents[id]?.lastError = Stripe.LastError(
            decline: decline,
            charge: nil,
            paymentMethod: intent.paymentMethod
        )
        setupIntents[id]?.paymentMethod = nil
        emit(.setupFailed, setupIntent: id)
    }
}

extension Stripe.Failure {
    static func unexpectedState(_ intent: Stripe.SetupIntent, verb: String) -> Self {
        var failure = refused(
            "You cannot \(verb) this SetupIntent because it has a status of "
                + "\(intent.status.rawValue).",
            code: "setup_intent_unexpected_state"
        )
        failure.subject = .setupIntent(intent.id)
        return failure
    }
}
