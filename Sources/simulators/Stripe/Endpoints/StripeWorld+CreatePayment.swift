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
