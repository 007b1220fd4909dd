internal import Synchronization

// The control endpoints as methods; callable from any thread.
extension StripeSimulator {
    /// What was asked for cannot be done in the present state.
    package struct Refusal: Error, Sendable {
        package let message: String
    }

    // MARK: What the vendor knows

    /// The vendor's own account of every payment.
    package var book: Book {
        state.withLock { state in
            state.machine.world.advance(to: state.clock.now)
            return state.machine.world.book
        }
    }

    /// The latest calls.
    package var requests: Journal { state.withLock { $0.machine.journal } }

    /// The simulator's clock.
    package var now: SimulatedTime { state.withLock { $0.clock.now } }

    // MARK: Faults

    /// - Returns: the fault's number.
    @discardableResult
    package func add(_ fault: CallFault, when trigger: FaultTrigger = FaultTrigger()) -> Int {
        state.withLock { $0.machine.callFaults.add(fault, when: trigger) }
    }

    /// - Returns: the fault's number.
    @discardableResult
    package func add(_ fault: WebhookFault, when trigger: FaultTrigger = FaultTrigger()) -> Int {
        state.withLock { $0.machine.webhookFaults.add(fault, when: trigger) }
    }

    package func removeFaults() {
        state.withLock { state in
            state.machine.callFaults.removeAll()
            state.machine.webhookFaults.removeAll()
        }
    }

    // MARK: Time and beginning

    /// Puts the clock forward; what is due by then happens.
    package func advanceClock(by duration: Duration) {
        change { state in
            state.clock.advance(by: duration)
            state.machine.world.advance(to: state.clock.now)
        }
    }

    /// Forgets everything but the configuration and the webhook endpoints; the clock is real again.
    ///
    /// - Parameter seed: for the new start; nil goes on with a seed that follows the last.
    package func reset(seed: UInt64? = nil) {
        change { state in
            var configuration = state.machine.configuration
            configuration.seed = seed ?? configuration.seed &+ 1
            let old = state.machine
            state.clock = SimulatorClock(rate: configuration.clockRate)
            state.machine = Stripe.Machine(
                configuration,
                publicURL: old.world.settings.publicURL
            )
            state.machine.endpoints = old.endpoints
        }
    }

    // MARK: Customers, cards and banks

    /// Finishes the authentication of a payment or set-up intent without a browser.
    ///
    /// - Returns: where the browser would have gone.
    @discardableResult
    package func authenticate(_ id: String, succeeds: Bool) throws(Refusal) -> String? {
        try changing { world throws(Stripe.Failure) in
            if id.hasPrefix("seti_") {
                try world.authenticate(setupIntent: id, succeeds: succeeds)
            } else {
                try world.authenticate(paymentIntent: id, succeeds: succeeds)
            }
        }
    }

    /// Enters a card where the vendor's hosted fields would be; a declined card is no refusal.
    package func enterCard(
        _ magicMethod: String,
        setupIntent id: String,
        returnURL: String? = nil
    ) throws(Refusal) {
        try changing { world throws(Stripe.Failure) in
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

    /// What the authentication page asks about, nil when nothing waits for it.
    func authenticationSubject(_ id: String) -> String? {
        state.withLock { state in
            let world = state.machine.world
            if let intent = world.paymentIntents[id], intent.status == .requiresAction {
                return "Payment of \(intent.amount) \(intent.currency.code) (minor units)"
            }
            guard world.setupIntents[id]?.status == .requiresAction else { return nil }
            return "A card is to be saved"
        }
    }

    func setupIntent(clientSecret: String) -> Stripe.SetupIntent? {
        state.withLock { state in
            let id = clientSecret.split(separator: "_secret_").first
            let intent = id.flatMap { state.machine.world.setupIntents[String($0)] }
            return intent?.clientSecret == clientSecret ? intent : nil
        }
    }

    /// A waiting refund goes through.
    package func settleRefund(_ id: String) throws(Refusal) {
        try changing { world throws(Stripe.Failure) in
            _ = try world.refund(id)
            world.settleRefund(id)
        }
    }

    /// A refund fails, also one that had succeeded.
    package func failRefund(_ id: String, reason: String = "unknown") throws(Refusal) {
        try changing { world throws(Stripe.Failure) in
            _ = try world.refund(id)
            guard let reason = Stripe.Refund.FailureReason(rawValue: reason) else {
                throw .refused("There is no such failure reason.")
            }
            world.failRefund(id, reason)
        }
    }

    // MARK: Events

    package var webhookEndpoints: [WebhookEndpoint] { state.withLock { $0.machine.endpoints } }

    /// Replaces the receivers. Deliveries under way go on to whoever now has their place.
    package func setWebhookEndpoints(_ endpoints: [WebhookEndpoint]) {
        state.withLock { $0.machine.endpoints = endpoints }
    }

    /// Sends an event of any type, for what the simulator does not cause by itself.
    ///
    /// - Parameter object: JSON.
    package func sendEvent(_ type: String, object: [UInt8]) {
        change { $0.machine.world.emit(type, .text(object)) }
    }

    /// Sends an event once more.
    package func resendEvent(_ id: String) throws(Refusal) {
        try changing { world throws(Stripe.Failure) in
            world.newEvents.append(try world.event(id))
        }
    }

    /// Whether every event has been delivered or given up.
    package var areWebhooksIdle: Bool {
        state.withLock { $0.machine.webhooks.isIdle && $0.machine.world.newEvents.isEmpty }
    }

    private func changing<Value: Sendable>(
        _ body: (inout Stripe.World) throws(Stripe.Failure) -> Value
    ) throws(Refusal) -> Value {
        let result: Result<Value, Stripe.Failure> = change { state in
            do throws(Stripe.Failure) {
                return .success(try body(&state.machine.world))
            } catch {
                return .failure(error)
            }
        }
        do throws(Stripe.Failure) {
            return try result.get()
        } catch {
            throw Refusal(message: error.message)
        }
    }
}
