package import JSON
internal import Synchronization

// The control endpoints that every vendor has, as methods; callable from any thread.
extension Simulator {
    // MARK: What the vendor knows

    /// The vendor's own account of every payment.
    package var book: Book {
        state.withLock { state in
            state.machine.vendor.advance(to: state.clock.now)
            return state.machine.vendor.book
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
            state.machine.vendor.advance(to: state.clock.now)
        }
    }

    /// Forgets everything but the configuration and the webhook endpoints; the clock is real again.
    ///
    /// - Parameter seed: for the new start; nil goes on with a seed that follows the last.
    package func reset(seed: UInt64? = nil) {
        change { state in
            var configuration = state.machine.configuration
            configuration.seed = seed ?? configuration.seed &+ 1
            let old = state.machine.vendor
            state.clock = SimulatorClock(rate: configuration.clockRate)
            state.machine = SimulatorMachine(configuration, publicURL: old.publicURL)
            state.machine.vendor.endpoints = old.endpoints
        }
    }

    // MARK: Events

    package var webhookEndpoints: [Vendor.Endpoint] {
        state.withLock { $0.machine.vendor.endpoints }
    }

    /// Replaces the receivers. Deliveries under way go on to whoever now has their place.
    package func setWebhookEndpoints(_ endpoints: [Vendor.Endpoint]) {
        state.withLock { $0.machine.vendor.endpoints = endpoints }
    }

    /// Sends an event of any type, for what the simulator does not cause by itself.
    package func sendEvent(_ type: String, object: JSONValue) throws(ControlRefusal) {
        try act { vendor throws(ControlRefusal) in try vendor.send(type, object) }
    }

    /// Sends an event once more.
    package func resendEvent(_ id: String) throws(ControlRefusal) {
        try act { vendor throws(ControlRefusal) in try vendor.resend(id) }
    }

    /// Whether every event has been delivered or given up.
    package var areWebhooksIdle: Bool {
        state.withLock { $0.machine.webhooks.isIdle && $0.machine.vendor.outbox.isEmpty }
    }
}
