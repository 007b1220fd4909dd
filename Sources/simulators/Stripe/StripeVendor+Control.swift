internal import JSON

// What customers, cards and banks do.
extension Stripe.Vendor {
    private enum Outcome: String, CaseIterable {
        case succeeded
        case failed
    }

    package mutating func control(_ call: ControlCall) throws(ControlRefusal) -> ControlReply {
        let path = call.path
        switch (call.method, path.first ?? "", path.count, path.last ?? "") {
        case ("POST", "payment_intents", 3, "authenticate"),
            ("POST", "setup_intents", 3, "authenticate"):
            let outcome = try call.read("outcome", .oneOf(Outcome.self))
            let address = try authenticate(path[1], succeeds: outcome == .succeeded)
            return ControlReply { $0.member("return_url", address) }
        case ("POST", "setup_intents", 3, "enter_card"):
            let (method, returnURL) = try call.read { fields throws(JSONFieldErrors) in
                let method = fields.required("payment_method", .string(bytes: 1...100))
                let returnURL = fields.optional("return_url", .string(bytes: 1...2_000))
                return (try fields.finish(method), returnURL)
            }
            try enterCard(method, setupIntent: path[1], returnURL: returnURL)
            return ControlReply()
        case ("POST", "refunds", 2, _):
            let (outcome, reason) = try call.read { fields throws(JSONFieldErrors) in
                let outcome = fields.required("status", .oneOf(Outcome.self))
                let reason = fields.optional("failure_reason", .string)
                return (try fields.finish(outcome), reason)
            }
            if outcome == .succeeded {
                try settleRefund(path[1])
            } else {
                try failRefund(path[1], reason: reason ?? "unknown")
            }
            return ControlReply()
        default: throw .unknown
        }
    }

    /// Finishes the authentication of a payment or set-up intent without a browser.
    ///
    /// - Returns: where the browser would have gone.
    mutating func authenticate(_ id: String, succeeds: Bool) throws(ControlRefusal) -> String? {
        try acting { world throws(Stripe.Failure) in
            if id.hasPrefix("seti_") {
                try world.authenticate(setupIntent: id, succeeds: succeeds)
            } else {
                try world.authenticate(paymentIntent: id, succeeds: succeeds)
            }
        }
    }

    /// Enters a card where the vendor's hosted fields would be; a declined card is not a refusal.
    mutating func enterCard(
        _ magicMethod: String,
        setupIntent id: String,
        returnURL: String?
    ) throws(ControlRefusal) {
        try acting { world throws(Stripe.Failure) in
            let order = Stripe.SetupConfirmation(
                paymentMethod: magicMethod,
                returnURL: returnURL
            )
            do throws(Stripe.Failure) {
                try world.confirmSetup(id, order)
            } catch {
                guard error.status == 402 else { throw error }
            }
        }
    }

    /// A waiting refund goes through.
    mutating func settleRefund(_ id: String) throws(ControlRefusal) {
        try acting { world throws(Stripe.Failure) in
            _ = try world.refund(id)
            world.settleRefund(id)
        }
    }

    /// A refund fails, also one that had succeeded.
    mutating func failRefund(_ id: String, reason: String) throws(ControlRefusal) {
        try acting { world throws(Stripe.Failure) in
            _ = try world.refund(id)
            guard let reason = Stripe.Refund.FailureReason(rawValue: reason) else {
                throw .refused("There is no such failure reason.")
            }
            world.failRefund(id, reason)
        }
    }

    /// What the world refuses as a control endpoint says it.
    mutating func acting<Value>(
        _ body: (inout Stripe.World) throws(Stripe.Failure) -> Value
    ) throws(ControlRefusal) -> Value {
        do throws(Stripe.Failure) {
            return try body(&world)
        } catch {
            throw ControlRefusal(error.message)
        }
    }
}
