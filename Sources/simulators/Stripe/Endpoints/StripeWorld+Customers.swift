extension Stripe {
    /// The parameters of creating and updating a customer (section 3).
    struct CustomerOrder: Sendable {
        let email: String?
        let name: String?
        let defaultPaymentMethod: String?
        let metadata: Metadata.Change?

        init(_ parameters: inout Parameters) throws(Failure) {
            email = try parameters.text("email", limit: 512)
            name = try parameters.text("name", limit: 256)
            defaultPaymentMethod = try parameters.text("invoice_settings[default_payment_method]")
            metadata = try parameters.metadata()
        }
    }

    /// The parameters of updating a payment method.
    struct MethodUpdate: Sendable {
        let expiryMonth: Int64?
        let expiryYear: Int64?
        let billing: BillingDetails
        let metadata: Metadata.Change?

        init(_ parameters: inout Parameters) throws(Failure) {
            expiryMonth = try parameters.integer("card[exp_month]")
            expiryYear = try parameters.integer("card[exp_year]")
            billing = try BillingDetails(&parameters)
            metadata = try parameters.metadata()
            if let expiryMonth, !(1...12).contains(expiryMonth) {
                throw .parameter(
                    "card[exp_month]",
                    "Your card's expiration month is invalid.",
                    code: "invalid_expiry_month"
                )
            }
            if let expiryYear, !(2_000...2_100).contains(expiryYear) {
                throw .parameter(
                    "card[exp_year]",
                    "Your card's expiration year is invalid.",
                    code: "invalid_expiry_year"
                )
            }
        }
    }
}

extension Stripe.BillingDetails {
    init(_ parameters: inout Stripe.Parameters) throws(Stripe.Failure) {
        for name in Self.names {
            values[name] = try parameters.text("billing_details[\(name)]", limit: 512)
        }
        for name in Self.addressNames {
            address[name] = try parameters.text("billing_details[address][\(name)]", limit: 512)
        }
    }
}

extension Stripe.World {
    mutating func createCustomer(_ order: Stripe.CustomerOrder) throws(Stripe.Failure) -> String {
        let id = identifiers.next("cus_")
        var customer = Stripe.Customer(id: id, created: now.seconds)
        try apply(order, to: &customer)
        customers.insert(customer, id: id)
        return id
    }

    mutating func updateCustomer(
        _ id: String,
        _ order: Stripe.CustomerOrder
    ) throws(Stripe.Failure) {
        var customer = try self.customer(id)
        try apply(order, to: &customer)
        customers[id] = customer
    }

    private func apply(
        _ order: Stripe.CustomerOrder,
        to customer: inout Stripe.Customer
    ) throws(Stripe.Failure) {
        customer.email = order.email ?? customer.email
        customer.name = order.name ?? customer.name
        if let method = order.defaultPaymentMethod {
            guard customer.paymentMethods.contains(method) else {
                throw .missingReference(
                    "PaymentMethod",
                    method,
                    parameter: "invoice_settings[default_payment_method]"
                )
            }
            customer.defaultPaymentMethod = method
        }
        try customer.metadata.apply(order.metadata)
    }

    mutating func updateMethod(
        _ id: String,
        _ update: Stripe.MethodUpdate
    ) throws(Stripe.Failure) {
        var method = try paymentMethod(id)
        method.details.expiryMonth = update.expiryMonth ?? method.details.expiryMonth
        method.details.expiryYear = update.expiryYear ?? method.details.expiryYear
        method.billing.values.merge(update.billing.values) { _, new in new }
        method.billing.address.merge(update.billing.address) { _, new in new }
        try method.metadata.apply(update.metadata)
        paymentMethods[id] = method
        emit(.methodUpdated, paymentMethod: id)
    }

    /// - Returns: the attached method; a magic name becomes a new one.
    mutating func attachMethod(
        _ name: String,
        to customer: String
    ) throws(Stripe.Failure) -> String {
        guard customers[customer] != nil else {
            throw .missingReference("customer", customer, parameter: "customer")
        }
        if let card = Stripe.TestCard(magic: name) {
            if let decline = card.savingDecline { throw .declinedCard(decline) }
            let method = addPaymentMethod(card).id
            attach(method, to: customer)
            return method
        }
        let method = try paymentMethod(name)
        guard !method.isDetached, method.customer == nil || method.customer == customer else {
            throw .refused(
                "The payment method you provided has already been attached to a customer.",
                code: "payment_method_unexpected_state"
            )
        }
        if method.customer == nil { attach(name, to: customer) }
        return name
    }

    mutating func attach(_ method: String, to customer: String) {
        paymentMethods[method]?.customer = customer
        customers[customer]?.paymentMethods.append(method)
        emit(.methodAttached, paymentMethod: method)
    }

    /// For good: the method can never be used again.
    mutating func detachMethod(_ id: String) throws(Stripe.Failure) {
        let method = try paymentMethod(id)
        guard let customer = method.customer else {
            throw .refused(
                "The payment method you provided is not attached to a customer so detachment is "
                    + "impossible.",
                code: "payment_method_unexpected_state"
            )
        }
        paymentMethods[id]?.customer = nil
        paymentMethods[id]?.isDetached = true
        customers[customer]?.paymentMethods.removeAll { $0 == id }
        if customers[customer]?.defaultPaymentMethod == id {
            customers[customer]?.defaultPaymentMethod = nil
        }
        let previous = Stripe.renderPrevious("customer", customer)
        emit(.methodDetached, paymentMethod: id, previous: previous)
    }
}

extension Stripe.Failure {
    /// A card refused where no payment is at stake.
    static func declinedCard(_ decline: Stripe.Decline, setupIntent: String? = nil) -> Self {
        Self(
            status: 402,
            kind: decline.kind,
            code: decline.code,
            message: decline.message,
            decline: decline,
            subject: setupIntent.map { .setupIntent($0) }
        )
    }
}
