extension Stripe {
    /// The parameters of `POST /v1/payment_intents/{id}/capture` (section 2.3).
    struct CaptureOrder: Sendable {
        let amount: Int64?
        let isFinal: Bool
        let metadata: Metadata.Change?
        let suffix: String?

        init(_ parameters: inout Parameters) throws(Failure) {
            amount = try parameters.integer("amount_to_capture")
            isFinal = try parameters.boolean("final_capture") ?? true
            metadata = try parameters.metadata()
            suffix = try parameters.statementDescriptorSuffix()
            if let amount, amount < 1 {
                throw .parameter(
                    "amount_to_capture",
                    "This value must be greater than or equal to 1.",
                    code: "parameter_invalid_integer"
                )
            }
        }
    }
}

extension Stripe.World {
    /// At most so many captures of one payment.
    private static let captureLimit = 50

    mutating func capturePayment(
        _ id: String,
        _ order: Stripe.CaptureOrder
    ) throws(Stripe.Failure) {
        var intent = try paymentIntent(id)
        guard intent.status == .requiresCapture, let chargeID = intent.latestCharge,
            let charge = charges[chargeID]
        else { throw refusalToCapture(intent) }
        let excess = charge.maximumCapturable - charge.amount
        let amount = order.amount ?? intent.amountCapturable
        try intent.currency.checkShape(of: amount, parameter: "amount_to_capture")
        guard amount <= intent.amountCapturable + excess else {
            throw .refused(
                "The amount_to_capture is greater than the amount you can capture for this "
                    + "charge.",
                code: "amount_too_large",
                parameter: "amount_to_capture"
            )
        }
        if !order.isFinal {
            guard charge.granted.contains(.multicapture) else {
                throw .refused(
                    "This charge does not support multiple captures.",
                    parameter: "final_capture"
                )
            }
            guard intent.captures < Self.captureLimit - 1 else {
                throw .refused(
                    "A payment can be captured at most 50 times.",
                    parameter: "final_capture"
                )
            }
        }
        try intent.metadata.apply(order.metadata)
        intent.statementDescriptorSuffix = order.suffix ?? intent.statementDescriptorSuffix
        paymentIntents[id] = intent
        if amount > intent.amountCapturable {
            let raise = amount - intent.amountCapturable
            book.move(.raised, raise, of: id, key: nil)
            paymentIntents[id]?.amountCapturable = amount
        }
        collect(amount, of: id, isFinal: order.isFinal)
    }

    /// Takes held money; a final capture lets the rest of the hold go.
    mutating func collect(_ amount: Int64, of id: String, isFinal: Bool) {
        guard var intent = paymentIntents[id], let chargeID = intent.latestCharge,
            var charge = charges[chargeID]
        else { preconditionFailure("only a held payment is captured") }
        intent.amountCapturable -= amount
        intent.amountReceived += amount
        intent.captures += 1
        charge.amountCaptured += amount
        book.move(.captured, amount, of: id, key: origin?.idempotencyKey)
        if isFinal, intent.amountCapturable > 0 {
            // The rest is shown as if it had been refunded (section 2.3).
            charge.amountRefunded += intent.amountCapturable
            book.move(.released, intent.amountCapturable, of: id, key: nil)
            intent.amountCapturable = 0
        }
        intent.status = intent.amountCapturable > 0 ? .requiresCapture : .succeeded
        paymentIntents[id] = intent
        charges[chargeID] = charge
        note(intent)
        if intent.captureMethod == .automaticAsync {
            let due = now + .seconds(1)
            agenda.enter(.postBalance(charge: chargeID, amount: amount), at: due)
        } else {
            postBalance(of: chargeID, amount: amount)
        }
        emit(.chargeCaptured, charge: chargeID)
        let kind: Stripe.Event.Kind =
            intent.status == .succeeded ? .paymentSucceeded : .paymentCapturable
        emit(kind, paymentIntent: id)
    }

    private mutating func postBalance(of charge: String, amount: Int64) {
        guard let currency = charges[charge]?.currency else { return }
        let transaction = addBalanceTransaction(.charge, amount, currency, source: charge)
        charges[charge]?.balanceTransaction = transaction
    }

    /// Asynchronous capture fills in the balance transaction afterwards.
    mutating func postBalanceLate(of charge: String, amount: Int64) {
        postBalance(of: charge, amount: amount)
        let previous = Stripe.renderPrevious("balance_transaction", nil)
        emit(.chargeUpdated, charge: charge, previous: previous)
    }

    mutating func addBalanceTransaction(
        _ kind: Stripe.BalanceTransaction.Kind,
        _ amount: Int64,
        _ currency: Stripe.Currency,
        source: String
    ) -> String {
        let transaction = Stripe.BalanceTransaction(
            id: identifiers.next("txn_3"),
            created: now.seconds,
            kind: kind,
            amount: amount,
            fee: Stripe.BalanceTransaction.fee(of: kind, amount: amount),
            currency: currency,
            source: source
        )
        balanceTransactions.insert(transaction, id: transaction.id)
        return transaction.id
    }

    private func refusalToCapture(_ intent: Stripe.PaymentIntent) -> Stripe.Failure {
        var failure = Stripe.Failure.unexpectedState(
            intent,
            "This PaymentIntent could not be captured because it has a status of "
                + "\(intent.status.rawValue). Only a PaymentIntent with one of the following "
                + "statuses may be captured: requires_capture."
        )
        if let charge = intent.latestCharge, charges[charge]?.isExpired == true {
            failure.code = "charge_expired_for_capture"
            failure.message = "The charge cannot be captured as the authorization has expired."
        }
        return failure
    }
}
