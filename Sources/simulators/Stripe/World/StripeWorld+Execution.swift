extension Stripe {
    /// What an operation answers with.
    enum Answer: Sendable {
        case paymentIntent(PaymentIntent)
        case charge(Charge)
        case refund(Refund)
        case customer(Customer)
        case setupIntent(SetupIntent)
        case paymentMethod(PaymentMethod)
        case event(Event)
        case balanceTransaction(BalanceTransaction)
        case list(Page)
        case account
    }
}

extension Stripe.World {
    /// Runs an operation whose parameters nobody has read yet.
    ///
    /// - Returns: the body of a 200.
    mutating func execute(
        _ route: Stripe.Route,
        _ parameters: Stripe.Parameters
    ) throws(Stripe.Failure) -> [UInt8] {
        var parameters = parameters
        let expansion = try Stripe.Expansion(parameters.list("expand"))
        try expansion.check(against: route.operation.shape)
        let answer = try answer(route, &parameters)
        return render(answer, expansion)
    }

    private mutating func answer(
        _ route: Stripe.Route,
        _ parameters: inout Stripe.Parameters
    ) throws(Stripe.Failure) -> Stripe.Answer {
        let id = route.id
        switch route.operation {
        case .createPaymentIntent, .retrievePaymentIntent, .confirmPaymentIntent,
            .capturePaymentIntent, .cancelPaymentIntent, .incrementAuthorization:
            return try paymentIntentAnswer(route, &parameters)
        case .createRefund, .retrieveRefund, .cancelRefund:
            return try refundAnswer(route, &parameters)
        case .createCustomer, .retrieveCustomer, .updateCustomer:
            return try customerAnswer(route, &parameters)
        case .createSetupIntent, .retrieveSetupIntent, .confirmSetupIntent, .cancelSetupIntent:
            return try setupIntentAnswer(route, &parameters)
        case .retrievePaymentMethod, .updatePaymentMethod, .attachPaymentMethod,
            .detachPaymentMethod:
            return try paymentMethodAnswer(route, &parameters)
        case .listPaymentIntents, .searchPaymentIntents, .listRefunds, .listCustomerMethods,
            .listEvents, .listBalanceTransactions:
            return try .list(listAnswer(route, &parameters))
        case .retrieveCharge:
            try parameters.finish()
            return try .charge(charge(id))
        case .retrieveEvent:
            try parameters.finish()
            return try .event(event(id))
        case .retrieveBalanceTransaction:
            try parameters.finish()
            return try .balanceTransaction(balanceTransaction(id))
        case .retrieveAccount:
            try parameters.finish()
            return .account
        }
    }

    private mutating func paymentIntentAnswer(
        _ route: Stripe.Route,
        _ parameters: inout Stripe.Parameters
    ) throws(Stripe.Failure) -> Stripe.Answer {
        var id = route.id
        switch route.operation {
        case .createPaymentIntent:
            let order = try Stripe.PaymentOrder(&parameters)
            try parameters.finish()
            id = try createPayment(order)
        case .confirmPaymentIntent:
            let order = try Stripe.ConfirmOrder(&parameters)
            try parameters.finish()
            try confirmPayment(id, order)
        case .capturePaymentIntent:
            let order = try Stripe.CaptureOrder(&parameters)
            try parameters.finish()
            try capturePayment(id, order)
        case .cancelPaymentIntent:
            let reason = try parameters.choice(
                "cancellation_reason",
                of: Stripe.PaymentIntent.CancellationReason.self
            )
            try parameters.finish()
            try cancelPayment(id, reason: reason)
        case .incrementAuthorization:
            let order = try Stripe.IncrementOrder(&parameters)
            try parameters.finish()
            try incrementAuthorization(id, order)
        default:  // Only reading is left.
            try parameters.finish()
        }
        return try .paymentIntent(paymentIntent(id))
    }

    private mutating func refundAnswer(
        _ route: Stripe.Route,
        _ parameters: inout Stripe.Parameters
    ) throws(Stripe.Failure) -> Stripe.Answer {
        var id = route.id
        if route.operation == .createRefund {
            let order = try Stripe.RefundOrder(&parameters)
            try parameters.finish()
            id = try createRefund(order)
        } else {
            try parameters.finish()
            if route.operation == .cancelRefund { try cancelRefund(id) }
        }
        return try .refund(refund(id))
    }

    private mutating func customerAnswer(
        _ route: Stripe.Route,
        _ parameters: inout Stripe.Parameters
    ) throws(Stripe.Failure) -> Stripe.Answer {
        var id = route.id
        if route.operation == .retrieveCustomer {
            try parameters.finish()
        } else {
            let order = try Stripe.CustomerOrder(&parameters)
            try parameters.finish()
            if route.operation == .createCustomer {
                id = try createCustomer(order)
            } else {
                try updateCustomer(id, order)
            }
        }
        return try .customer(customer(id))
    }

    private mutating func setupIntentAnswer(
        _ route: Stripe.Route,
        _ parameters: inout Stripe.Parameters
    ) throws(Stripe.Failure) -> Stripe.Answer {
        var id = route.id
        switch route.operation {
        case .createSetupIntent:
            let order = try Stripe.SetupOrder(&parameters)
            try parameters.finish()
            id = try createSetup(order)
        case .confirmSetupIntent:
            let order = try Stripe.SetupConfirmation(&parameters)
            try parameters.finish()
            try confirmSetup(id, order)
        default:  // Cancelling and reading take no parameters.
            try parameters.finish()
            if route.operation == .cancelSetupIntent { try cancelSetup(id) }
        }
        return try .setupIntent(setupIntent(id))
    }

    private mutating func paymentMethodAnswer(
        _ route: Stripe.Route,
        _ parameters: inout Stripe.Parameters
    ) throws(Stripe.Failure) -> Stripe.Answer {
        var id = route.id
        switch route.operation {
        case .updatePaymentMethod:
            let update = try Stripe.MethodUpdate(&parameters)
            try parameters.finish()
            try updateMethod(id, update)
        case .attachPaymentMethod:
            let customer = try parameters.requiredText("customer")
            try parameters.finish()
            id = try attachMethod(id, to: customer)
        case .detachPaymentMethod:
            try parameters.finish()
            try detachMethod(id)
        default:  // Only reading is left.
            try parameters.finish()
        }
        return try .paymentMethod(paymentMethod(id))
    }
}
