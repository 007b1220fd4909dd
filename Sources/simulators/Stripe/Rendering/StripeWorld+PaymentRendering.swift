internal import JSON

extension Stripe.World {
    func write(
        _ intent: Stripe.PaymentIntent,
        _ expansion: Stripe.Expansion,
        to writer: inout JSONWriter
    ) {
        writer.object { object in
            object.member("id", intent.id)
            object.member("object", "payment_intent")
            object.member("amount", intent.amount)
            object.member("amount_capturable", intent.amountCapturable)
            object.member("amount_received", intent.amountReceived)
            object.object("automatic_payment_methods", when: intent.methodTypes == nil) {
                $0.member("enabled", true)
                $0.member("allow_redirects", intent.allowsRedirects ? "always" : "never")
            }
            object.member("canceled_at", intent.canceledAt)
            object.member("cancellation_reason", intent.cancellationReason)
            object.member("capture_method", intent.captureMethod.rawValue)
            object.member("client_secret", intent.clientSecret)
            object.member("confirmation_method", "automatic")
            object.member("created", intent.created)
            object.member("currency", intent.currency.code)
            member("customer", customer: intent.customer, expansion, of: &object)
            object.member("description", intent.description)
            write(intent.lastError, to: &object, as: "last_payment_error")
            member("latest_charge", charge: intent.latestCharge, expansion, of: &object)
            object.member("livemode", false)
            Stripe.write(intent.metadata, to: &object)
            Stripe.write(intent.nextAction, to: &object)
            member("payment_method", method: intent.paymentMethod, expansion, of: &object)
            object.array("payment_method_types") { types in
                for type in intent.methodTypes ?? ["card"] { types.element(type) }
            }
            object.member("setup_future_usage", intent.futureUsage?.rawValue)
            object.member("statement_descriptor_suffix", intent.statementDescriptorSuffix)
            object.member("status", intent.status.rawValue)
        }
    }

    func write(
        _ charge: Stripe.Charge,
        _ expansion: Stripe.Expansion,
        to writer: inout JSONWriter
    ) {
        writer.object { object in
            object.member("id", charge.id)
            object.member("object", "charge")
            object.member("amount", charge.amount)
            object.member("amount_captured", charge.amountCaptured)
            object.member("amount_refunded", charge.amountRefunded)
            member("balance_transaction", charge.balanceTransaction, expansion, of: &object)
            object.member("captured", charge.isCaptured)
            object.member("created", charge.created)
            object.member("currency", charge.currency.code)
            member("customer", customer: charge.customer, expansion, of: &object)
            object.member("disputed", false)
            object.member("failure_code", charge.decline?.code)
            object.member("failure_message", charge.decline?.message)
            object.member("livemode", false)
            Stripe.write(charge.metadata, to: &object)
            writeOutcome(of: charge, to: &object)
            object.member("paid", charge.status == .succeeded)
            member("payment_intent", intent: charge.paymentIntent, expansion, of: &object)
            object.member("payment_method", charge.paymentMethod)
            object.object("payment_method_details") { details in
                details.member("type", "card")
                details.object("card") { write(charge, to: &$0) }
            }
            object.member("refunded", charge.amountRefunded == charge.amount)
            object.member("status", charge.status.rawValue)
        }
    }

    private func writeOutcome(of charge: Stripe.Charge, to object: inout JSONWriter) {
        object.object("outcome", when: charge.status != .pending) { outcome in
            guard let decline = charge.decline else {
                outcome.member("network_status", "approved_by_network")
                outcome.null("reason")
                outcome.member("risk_level", "normal")
                outcome.member("type", "authorized")
                return
            }
            let isBlocked = decline.blockReason != nil
            outcome.member(
                "network_status",
                isBlocked ? "not_sent_to_network" : "declined_by_network"
            )
            outcome.member("reason", decline.blockReason ?? decline.declineCode ?? decline.code)
            outcome.member("risk_level", isBlocked ? "highest" : "normal")
            outcome.member("type", isBlocked ? "blocked" : "issuer_declined")
        }
    }

    /// The members of `payment_method_details.card`.
    private func write(_ charge: Stripe.Charge, to card: inout JSONWriter) {
        Stripe.write(charge.card, to: &card)
        card.member("network", charge.card.brand)
        card.member("capture_before", charge.captureBefore)
        let granted = charge.granted
        card.object("multicapture") {
            $0.member("status", granted.contains(.multicapture) ? "available" : "unavailable")
        }
        card.object("overcapture") {
            $0.member("status", granted.contains(.overcapture) ? "available" : "unavailable")
            $0.member("maximum_amount_capturable", charge.maximumCapturable)
        }
        card.object("extended_authorization") {
            let isExtended = granted.contains(.extendedAuthorization)
            $0.member("status", isExtended ? "enabled" : "disabled")
        }
        card.object("incremental_authorization") {
            let isOffered = granted.contains(.incrementalAuthorization)
            $0.member("status", isOffered ? "available" : "unavailable")
        }
        card.object("three_d_secure", when: charge.wasAuthenticated) {
            $0.member("authentication_flow", "challenge")
            $0.member("result", "authenticated")
            $0.member("version", "2.2.0")
        }
    }

    func write(
        _ refund: Stripe.Refund,
        _ expansion: Stripe.Expansion,
        to writer: inout JSONWriter
    ) {
        writer.object { object in
            object.member("id", refund.id)
            object.member("object", "refund")
            object.member("amount", refund.amount)
            member("balance_transaction", refund.balanceTransaction, expansion, of: &object)
            member("charge", charge: refund.charge, expansion, of: &object)
            object.member("created", refund.created)
            object.member("currency", refund.currency.code)
            object.object("destination_details") { details in
                details.member("type", "card")
                details.object("card") { card in
                    let reference =
                        refund.status == .succeeded ? "arn" + refund.id.dropFirst(4) : nil
                    card.member("reference", reference)
                }
            }
            if let reason = refund.failureReason {
                object.member("failure_reason", reason.rawValue)
            }
            if let transaction = refund.failureBalanceTransaction {
                object.member("failure_balance_transaction", transaction)
            }
            Stripe.write(refund.metadata, to: &object)
            member("payment_intent", intent: refund.paymentIntent, expansion, of: &object)
            if refund.status == .pending { object.member("pending_reason", "processing") }
            object.member("reason", refund.reason?.rawValue)
            object.member("status", refund.status.rawValue)
        }
    }

    func write(
        _ transaction: Stripe.BalanceTransaction,
        _ expansion: Stripe.Expansion,
        to writer: inout JSONWriter
    ) {
        writer.object { object in
            object.member("id", transaction.id)
            object.member("object", "balance_transaction")
            object.member("amount", transaction.amount)
            object.member("available_on", transaction.availableOn)
            object.member("created", transaction.created)
            object.member("currency", transaction.currency.code)
            object.null("exchange_rate")
            object.member("fee", transaction.fee)
            object.array("fee_details") { fees in
                guard transaction.fee != 0 else { return }
                fees.object {
                    $0.member("amount", transaction.fee)
                    $0.member("currency", transaction.currency.code)
                    $0.member("type", "stripe_fee")
                    $0.member("description", "Stripe processing fees")
                }
            }
            object.member("net", transaction.net)
            object.member("reporting_category", transaction.kind.rawValue)
            member("source", source: transaction.source, expansion, of: &object)
            object.member(
                "status",
                transaction.availableOn <= now.seconds ? "available" : "pending"
            )
            object.member("type", transaction.kind.rawValue)
        }
    }
}
