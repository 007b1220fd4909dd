extension Stripe {
    /// How a confirmation is meant: by whom, and where the customer goes afterwards.
    struct Confirmation: Sendable {
        var offSession = false
        var failsOnAction = false
        var returnURL: String?
        var usesScript = false
    }

    /// The parameters of `POST /v1/payment_intents` (section 2.2).
    struct PaymentOrder: Sendable {
        let amount: Int64
        let currency: Currency
        let captureMethod: PaymentIntent.CaptureMethod
        let customer: String?
        let paymentMethod: String?
        let methodTypes: [String]?
        let allowsRedirects: Bool
        let futureUsage: PaymentIntent.FutureUsage?
        let cardOptions: CardOptions?
        let description: String?
        let suffix: String?
        let metadata: Metadata.Change?
        /// Nil when the payment is only created.
        let confirmation: Confirmation?
    }
}

extension Stripe.PaymentOrder {
    init(_ parameters: inout Stripe.Parameters) throws(Stripe.Failure) {
        guard let amount = try parameters.integer("amount") else { throw .missing("amount") }
        currency = try Stripe.Currency(parameters.requiredText("currency"))
        try currency.check(amount)
        self.amount = amount
        captureMethod =
            try parameters.choice("capture_method", of: Stripe.PaymentIntent.CaptureMethod.self)
            ?? .automaticAsync
        customer = try parameters.text("customer")
        paymentMethod = try parameters.text("payment_method")
        futureUsage = try parameters.futureUsage()
        cardOptions = try parameters.cardOptions()
        description = try parameters.text("description", limit: 1_000)
        suffix = try parameters.statementDescriptorSuffix()
        metadata = try parameters.metadata()
        try parameters.checkConfirmationMethod()
        (methodTypes, allowsRedirects) = try parameters.methodTypes()
        let confirms = try parameters.boolean("confirm") ?? false
        let confirmation = try parameters.confirmation(isConfirming: confirms)
        self.confirmation = confirms ? confirmation : nil
        guard confirms else { return }
        guard paymentMethod != nil else { throw .missing("payment_method") }
        guard confirmation.returnURL != nil || methodTypes != nil || !allowsRedirects else {
            throw .missingReturnURL
        }
    }
}

extension Stripe.Failure {
    static let missingReturnURL = Self.parameter(
        "return_url",
        "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. "
            + "Because some of these payment methods might redirect your customer off of your "
            + "page, you must provide a `return_url`."
    )
}

extension Stripe.Parameters {
    mutating func futureUsage() throws(Stripe.Failure) -> Stripe.PaymentIntent.FutureUsage? {
        try choice("setup_future_usage", of: Stripe.PaymentIntent.FutureUsage.self)
    }

    /// Nil when the call asks nothing of the card.
    mutating func cardOptions() throws(Stripe.Failure) -> Stripe.CardOptions? {
        let prefix = "payment_method_options[card]"
        var options = Stripe.CardOptions()
        var isPresent = false
        if let choice = try choice(
            "\(prefix)[request_three_d_secure]",
            of: Stripe.CardOptions.ThreeDSecure.self
        ) {
            options.threeDSecure = choice
            isPresent = true
        }
        let features: [(name: String, feature: Stripe.TestCard.Features)] = [
            ("multicapture", .multicapture), ("overcapture", .overcapture),
            ("extended_authorization", .extendedAuthorization),
            ("incremental_authorization", .incrementalAuthorization),
        ]
        for (name, feature) in features {
            switch try choice("\(prefix)[request_\(name)]", of: FeatureRequest.self) {
            case nil: break
            case .ifAvailable:
                options.features.insert(feature)
                isPresent = true
            case .never: isPresent = true
            }
        }
        return isPresent ? options : nil
    }

    mutating func statementDescriptorSuffix() throws(Stripe.Failure) -> String? {
        if try text("statement_descriptor") != nil {
            throw .parameter(
                "statement_descriptor",
                "The parameter statement_descriptor cannot be used with payment method type card."
            )
        }
        return try text("statement_descriptor_suffix", limit: 22)
    }

    mutating func checkConfirmationMethod() throws(Stripe.Failure) {
        guard try text("confirmation_method") ?? "automatic" == "automatic" else {
            throw .parameter(
                "confirmation_method",
                "Invalid confirmation_method: only automatic is simulated"
            )
        }
    }

    /// The fixed list of method types, or nil with whether automatic ones may redirect.
    mutating func methodTypes() throws(Stripe.Failure) -> ([String]?, Bool) {
        let types = list("payment_method_types")
        if let type = types.first(where: { $0 != "card" }) {
            throw .parameter(
                "payment_method_types",
                "The payment method type provided: \(type) is invalid."
            )
        }
        let automatic = try boolean("automatic_payment_methods[enabled]")
        let redirects = try choice(
            "automatic_payment_methods[allow_redirects]",
            of: RedirectPolicy.self
        )
        if automatic == true, !types.isEmpty {
            throw .parameter(
                "payment_method_types",
                "You may only specify one of these parameters: automatic_payment_methods, "
                    + "payment_method_types."
            )
        }
        guard automatic != nil || redirects == nil else {
            throw .missing("automatic_payment_methods[enabled]")
        }
        if automatic == false || !types.isEmpty { return (["card"], true) }
        return (nil, redirects != .never)
    }

    /// - Parameter isConfirming: otherwise the parameters of a confirmation are refused.
    mutating func confirmation(
        isConfirming: Bool
    ) throws(Stripe.Failure) -> Stripe.Confirmation {
        var confirmation = Stripe.Confirmation()
        if let offSession = try text("off_session") {
            guard ["true", "false", "one_off", "recurring"].contains(offSession) else {
                throw .parameter("off_session", "Invalid off_session: \(offSession)")
            }
            guard isConfirming else { throw .onlyWithConfirm("off_session") }
            confirmation.offSession = offSession != "false"
        }
        if let returnURL = try text("return_url") {
            guard isConfirming else { throw .onlyWithConfirm("return_url") }
            guard returnURL.hasPrefix("https://") || returnURL.hasPrefix("http://") else {
                throw .parameter("return_url", "Not a valid URL", code: "url_invalid")
            }
            confirmation.returnURL = returnURL
        }
        confirmation.failsOnAction = try boolean("error_on_requires_action") ?? false
        confirmation.usesScript = try boolean("use_stripe_sdk") ?? false
        return confirmation
    }

    private enum FeatureRequest: String, CaseIterable {
        case ifAvailable = "if_available"
        case never
    }

    private enum RedirectPolicy: String, CaseIterable {
        case always
        case never
    }
}

extension Stripe.Failure {
    fileprivate static func onlyWithConfirm(_ name: String) -> Self {
        .parameter(name, "The parameter `\(name)` cannot be passed when `confirm` is not true.")
    }
}

extension Stripe.World {
    /// Makes a payment, and tries it when the order says so.
    mutating func createPayment(_ order: Stripe.PaymentOrder) throws(Stripe.Failure) -> String {
        if let customer = order.customer, customers[customer] == nil {
            throw .missingReference("customer", customer, parameter: "customer")
        }
        var method: String?
        if let name = order.paymentMethod { method = try usableMethod(name, of: order.customer) }
        let id = identifiers.next("pi_3")
        var intent = Stripe.PaymentIntent(
            id: id,
            clientSecret: "\(id)_secret_\(identifiers.secret())",
            created: now.seconds,
            amount: order.amount,
            currency: order.currency,
            captureMethod: order.captureMethod
        )
        intent.customer = order.customer
        intent.paymentMethod = method
        intent.status = method == nil ? .requiresPaymentMethod : .requiresConfirmation
        intent.methodTypes = order.methodTypes
        intent.allowsRedirects = order.allowsRedirects
        intent.futureUsage = order.futureUsage
        intent.cardOptions = order.cardOptions ?? Stripe.CardOptions()
        intent.description = order.description
        intent.statementDescriptorSuffix = order.suffix
        try intent.metadata.apply(order.metadata)
        paymentIntents.insert(intent, id: id)
        book.open(id, currency: order.currency.code)
        note(intent)
        if let confirmation = order.confirmation {
            try confirm(id, confirmation)
        }
        return id
    }

    /// The payment method to use for a name in a parameter: a magic one becomes a new card.
    ///
    /// - Throws: a method that is unknown, detached, or another customer's.
    mutating func usableMethod(
        _ name: String,
        of customer: String?
    ) throws(Stripe.Failure) -> String {
        if let card = Stripe.TestCard(magic: name) {
            return addPaymentMethod(card).id
        }
        guard let method = paymentMethods[name] else {
            throw .missingReference("PaymentMethod", name, parameter: "payment_method")
        }
        guard !method.isDetached else {
            throw .refused(
                "The provided PaymentMethod was detached and may not be used again.",
                code: "payment_method_unexpected_state",
                parameter: "payment_method"
            )
        }
        guard method.customer == nil || method.customer == customer else {
            throw .refused(
                customer == nil
                    ? "The payment method you provided is attached to a customer so for security "
                        + "purposes you must provide the customer in the request."
                    : "The payment method you provided does not belong to this customer.",
                parameter: customer == nil ? "customer" : "payment_method"
            )
        }
        return name
    }

    mutating func addPaymentMethod(_ card: Stripe.TestCard) -> Stripe.PaymentMethod {
        let method = Stripe.PaymentMethod(
            id: identifiers.next("pm_1"),
            created: now.seconds,
            card: card,
            details: Stripe.CardDetails(card)
        )
        paymentMethods.insert(method, id: method.id)
        return method
    }
}
