/// What is known of an account's vendor at one moment: enough to choose by, and to show why.
package struct HealthReading: Sendable, Hashable {
    package enum State: String, Sendable, CaseIterable {
        /// Payments flow.
        case closed
        /// Failing: no new payment goes there.
        case open
        /// Failing a while ago: one payment probes.
        case halfOpen = "half_open"
    }

    /// Whether a new payment may go there.
    package enum Admission: Sendable, Hashable {
        case admitted
        /// Only as the probe of whether the vendor is back; see
        /// ``HealthDirectory/takeProbe(of:)``.
        case probe
        /// Not before this moment, unless somebody else's try succeeds earlier.
        case refused(until: Timestamp)
    }

    package let state: State
    package let admission: Admission
    /// The calls of the sliding window, as this process saw them.
    package let window: HealthWindow.Counts
    /// Why it is left alone; nil when it is not.
    package let illness: Illness?

    package init(
        state: State,
        admission: Admission,
        window: HealthWindow.Counts,
        illness: Illness? = nil
    ) {
        self.state = state
        self.admission = admission
        self.window = window
        self.illness = illness
    }

    /// Nothing is known, so nothing is wrong.
    package static let unknown = HealthReading(
        state: .closed,
        admission: .admitted,
        window: HealthWindow.Counts()
    )
}

/// What the processes of a deployment know of their vendors' health.
package protocol HealthDirectory: Sendable {
    /// At once, from memory.
    func reading(of account: MerchantAccountID, at now: Timestamp) -> HealthReading

    /// Takes the one probe that a failing vendor gets; false when another payment has it, here or
    /// in another process, or when it is too early.
    func takeProbe(of account: MerchantAccountID) async -> Bool
}

/// Where nobody watches: every vendor is healthy.
package struct UnwatchedHealth: HealthDirectory {
    package init() {}

    package func reading(of account: MerchantAccountID, at now: Timestamp) -> HealthReading {
        .unknown
    }

    package func takeProbe(of account: MerchantAccountID) async -> Bool { true }
}
