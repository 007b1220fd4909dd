extension Stripe.World {
    func paymentIntent(_ id: String) throws(Stripe.Failure) -> Stripe.PaymentIntent {
        guard let intent = paymentIntents[id] else {
            throw .missingObject("payment_intent", id)
        }
        return intent
    }

    func charge(_ id: String) throws(Stripe.Failure) -> Stripe.Charge {
        guard let charge = charges[id] else { throw .missingObject("charge", id) }
        return charge
    }

    func refund(_ id: String) throws(Stripe.Failure) -> Stripe.Refund {
        guard let refund = refunds[id] else { throw .missingObject("refund", id) }
        return refund
    }

    func customer(_ id: String) throws(Stripe.Failure) -> Stripe.Customer {
        guard let customer = customers[id] else { throw .missingObject("customer", id) }
        return customer
    }

    func setupIntent(_ id: String) throws(Stripe.Failure) -> Stripe.SetupIntent {
        guard let intent = setupIntents[id] else { throw .missingObject("setup_intent", id) }
        return intent
    }

    func paymentMethod(_ id: String) throws(Stripe.Failure) -> Stripe.PaymentMethod {
        guard let method = paymentMethods[id] else { throw .missingObject("PaymentMethod", id) }
        return method
    }

    func balanceTransaction(_ id: String) throws(Stripe.Failure) -> Stripe.BalanceTransaction {
        guard let transaction = balanceTransactions[id] else {
            throw .missingObject("balance transaction", id)
        }
        return transaction
    }

    func event(_ id: String) throws(Stripe.Failure) -> Stripe.Event {
        guard let event = events[id] else { throw .missingObject("event", id) }
        return event
    }
}
