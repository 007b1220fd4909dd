/// The breaker of one vendor account, as one process knows it. Its decisions are changes to a row
/// that all processes share: each is valid only over what it was decided from, so that when two
/// decide at once, one wins and the other reads the result.
package struct Breaker: Sendable, Hashable {
    package enum Phase: Sendable, Hashable {
        /// Calls are counted. Followed by open.
        case closed
        /// Left alone. Followed by half-open, when this moment has come.
        case open(until: Timestamp)
        /// One payment probes, and has until then; `isOurs` when it is one of this process.
        /// Followed by closed or open, or by another's probe when the time is over.
        case halfOpen(until: Timestamp, isOurs: Bool)
    }

    package enum Event: Sendable, Hashable {
        /// A call ended; `counts` is the window with it.
        case called(CallSymptom, HealthWindow.Counts)
        /// This process may probe.
        case probeTaken(epoch: Int64)
        /// Somebody else is probing, or it is too early by the database's clock.
        case probeLost
        /// The shared row, read.
        case read(StoredBreaker)
        /// The shared row is closed, and has been for a long time.
        case readAbsent
        /// A change was written, and the row has this epoch; nil when somebody was faster.
        case written(BreakerChange, epoch: Int64?)
    }

    package private(set) var phase: Phase = .closed
    /// The change that waits to be written. Until then nothing that is read counts.
    package private(set) var pending: BreakerChange?
    /// The version of the shared row; 0 when it is not known.
    private var epoch: Int64 = 0
    /// How often it opened without staying closed for long in between.
    private var falls = 0
    package private(set) var illness: Illness?
    private var wellSince: Timestamp?
    private let settings: HealthSettings

    /// How long a process that lost a probe waits before asking again, unless it reads the result.
    private static let patience: Duration = .seconds(1)

    package init(_ settings: HealthSettings) {
        self.settings = settings
    }

    package mutating func apply(_ event: Event, at now: Timestamp) {
        switch event {
        case .called(let symptom, let counts): called(symptom, counts, now)
        case .probeTaken(let epoch):
            self.epoch = epoch
            phase = .halfOpen(until: now + settings.probeLease, isOurs: true)
        case .probeLost: wait(now)
        case .read(let row): if pending == nil { adopt(row, now) }
        case .readAbsent: if pending == nil { recover(since: nil) }
        case .written(let change, let epoch):
            // Something newer may have been decided meanwhile, and then waits to be written.
            if pending == change { pending = nil }
            // Without an epoch somebody was faster: the next reading shows the truth.
            if let epoch { self.epoch = epoch }
        }
    }

    package func admission(at now: Timestamp) -> HealthReading.Admission {
        switch phase {
        case .closed: .admitted
        case .open(let until), .halfOpen(let until, _):
            now < until ? .refused(until: until) : .probe
        }
    }

    package var state: HealthReading.State {
        switch phase {
        case .closed: .closed
        case .open: .open
        case .halfOpen: .halfOpen
        }
    }

    private mutating func called(
        _ symptom: CallSymptom,
        _ counts: HealthWindow.Counts,
        _ now: Timestamp
    ) {
        switch (phase, symptom) {
        case (.closed, _):
            guard let illness = counts.illness(by: settings) else { return }
            let isRelapse = wellSince.map { now - $0 < settings.relapse } ?? false
            fall(illness, isRelapse ? falls + 1 : 1, over: .closed, now)
        case (.halfOpen(_, isOurs: true), .well):
            recover(since: now)
            pending = BreakerChange(
                over: .halfOpen(epoch: epoch),
                to: .closed,
                falls: falls,
                pause: .zero,
                illness: nil
            )
        case (.halfOpen(_, isOurs: true), .failed), (.halfOpen(_, isOurs: true), .timedOut):
            fall(.probeFailed, falls + 1, over: .halfOpen(epoch: epoch), now)
        // Payments bound to a failing vendor still call it; that proves nothing for others.
        case (.halfOpen, _), (.open, _): break
        }
    }

    private mutating func fall(
        _ illness: Illness,
        _ falls: Int,
        over expected: BreakerChange.Expected,
        _ now: Timestamp
    ) {
        self.falls = falls
        self.illness = illness
        let doubled = settings.pause * (1 << min(falls - 1, 16))
        let pause = min(doubled, settings.longestPause)
        phase = .open(until: now + pause)
        pending = BreakerChange(
            over: expected,
            to: .open,
            falls: falls,
            pause: pause,
            illness: illness
        )
    }

    private mutating func wait(_ now: Timestamp) {
        switch phase {
        case .open, .halfOpen(_, isOurs: false):
            phase = .halfOpen(until: now + Self.patience, isOurs: false)
        // It recovered meanwhile, or another payment of this process has the probe.
        case .closed, .halfOpen(_, isOurs: true): break
        }
    }

    private mutating func recover(since moment: Timestamp?) {
        phase = .closed
        wellSince = moment
        illness = nil
    }

    private mutating func adopt(_ row: StoredBreaker, _ now: Timestamp) {
        // A reading can be older than what this process wrote.
        guard row.epoch >= epoch else { return }
        let isOurs =
            if case .halfOpen(_, isOurs: true) = phase { row.epoch == epoch } else { false }
        epoch = row.epoch
        falls = row.falls
        illness = row.illness
        switch row.state {
        case .closed: recover(since: now - row.age)
        case .open: phase = .open(until: now + row.wait)
        case .halfOpen: phase = .halfOpen(until: now + row.wait, isOurs: isOurs)
        }
    }
}

/// A change of the shared row, valid only over the state that it was decided from.
package struct BreakerChange: Sendable, Hashable {
    package enum Expected: Sendable, Hashable {
        /// No row, or a closed one, whatever its epoch.
        case closed
        /// This process's own probe.
        case halfOpen(epoch: Int64)
    }

    package let over: Expected
    /// Closed or open; half-open is only taken, see ``HealthStore/takeProbe(of:lease:)``.
    package let to: HealthReading.State
    package let falls: Int
    /// How long the vendor is left alone, by the database's clock.
    package let pause: Duration
    package let illness: Illness?

    package init(
        over: Expected,
        to: HealthReading.State,
        falls: Int,
        pause: Duration,
        illness: Illness?
    ) {
        self.over = over
        self.to = to
        self.falls = falls
        self.pause = pause
        self.illness = illness
    }
}
