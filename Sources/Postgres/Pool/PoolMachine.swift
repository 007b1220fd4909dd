/// Who gets which connection, who waits, and when to open another. Knows no network and no clock.
struct PoolMachine {
    typealias Connection = Int
    typealias Waiter = Int

    enum Refusal: Hashable {
        case full
        case closed
    }

    /// Who is served first when many wait.
    enum Urgency: Hashable {
        /// Somebody waits for the answer.
        case caller
        /// Work that comes by the dozen and that nobody waits for.
        case background
    }

    enum Acquisition: Hashable {
        case take(Connection)
        case wait
        case refuse(Refusal)
    }

    /// What becomes of a connection that is free.
    enum Placement: Hashable {
        case hand(to: Waiter)
        case rest
        case close
    }

    /// Callers whose statements are prepared alike, such as those of one role. Of each family one
    /// connection is the home: a thousand of them are known to some connection, where each would
    /// know the same few if it took whoever comes.
    struct Family: Hashable {
        let number: UInt64

        /// - Parameter name: nil is a family, too.
        init(_ name: String?) { number = UInt64(bitPattern: Int64(name.hashValue)) }
        init(number: UInt64) { self.number = number }

        /// The connection of these that is the home: mostly the same one after another has come or
        /// gone.
        func home(among connections: some Sequence<Connection>) -> Connection? {
            connections.max { affinity(to: $0) < affinity(to: $1) }
        }

        /// Mixes as SplitMix64 does.
        private func affinity(to connection: Connection) -> UInt64 {
            var mixed = number &+ UInt64(bitPattern: Int64(connection)) &* 0x9E37_79B9_7F4A_7C15
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    private struct Caller {
        let waiter: Waiter
        let family: Family
    }

    private enum Phase: Hashable {
        case serving
        /// No new callers; connections close as they come back.
        case draining
    }

    struct Limits: Hashable {
        let connections: Int
        let minimum: Int
        let waiting: Int
    }

    private let limits: Limits
    private var phase = Phase.serving
    /// The most recently used last: where the home is not among them it is taken first, so that the
    /// others can grow idle and close.
    private(set) var idle: [Connection] = []
    private(set) var leased: Set<Connection> = []
    private(set) var opening = 0
    private var callers: [Caller] = []
    private var background: [Caller] = []
    /// Connections that callers were handed in a row while the background waited.
    private var passedOver = 0
    /// Connections that were handed in a row to others than the longest waiter.
    private var detours = 0
    /// Failed attempts to connect since the last that succeeded.
    private(set) var failures = 0
    /// A pause after a failure: nothing is opened until it ends.
    private var isPausing = false

    init(_ limits: Limits) {
        precondition(
            limits.connections > 0 && (0...limits.connections).contains(limits.minimum)
                && limits.waiting >= 0,
            "a pool has at least one connection and its minimum is no more than its maximum"
        )
        self.limits = limits
    }

    /// The background gets every fourth connection, however many callers wait.
    private static let mostPassedOver = 3
    /// How often in a row the longest waiter may be passed over.
    private static let mostDetours = 8
    /// One is chosen from this many that have waited longest.
    private static let choice = 32

    /// How many wait.
    var waiting: Int { callers.count + background.count }

    /// Connections that exist or are being made.
    var total: Int { idle.count + leased.count + opening }

    var isDraining: Bool { phase == .draining }
    var isEmpty: Bool { total == 0 }

    /// Whether callers wait because the server cannot be reached, not because it is busy.
    var isOutOfReach: Bool { failures > 0 && leased.isEmpty && idle.isEmpty }

    // MARK: Callers

    /// - Parameter family: of several idle connections its home is taken.
    mutating func acquire(
        _ waiter: Waiter,
        as urgency: Urgency = .caller,
        of family: Family = Family(nil)
    ) -> Acquisition {
        switch phase {
        case .draining:
            return .refuse(.closed)
        case .serving:
            if !idle.isEmpty {
                let home = self.home(of: family)
                let connection = idle.remove(
                    at: idle.firstIndex { $0 == home } ?? idle.endIndex - 1
                )
                leased.insert(connection)
                return .take(connection)
            }
            guard waiting < limits.waiting else { return .refuse(.full) }
            switch urgency {
            case .caller: callers.append(Caller(waiter: waiter, family: family))
            case .background: background.append(Caller(waiter: waiter, family: family))
            }
            return .wait
        }
    }

    /// A caller no longer waits; false when it was served before.
    mutating func abandon(_ waiter: Waiter) -> Bool {
        if let place = callers.firstIndex(where: { $0.waiter == waiter }) {
            callers.remove(at: place)
        } else if let place = background.firstIndex(where: { $0.waiter == waiter }) {
            background.remove(at: place)
        } else {
            return false
        }
        return true
    }

    // MARK: Connections

    /// Whether a connection is to be opened now; counts it as being opened. Ask until false.
    mutating func takeOpening() -> Bool {
        guard !isPausing, total < limits.connections else { return false }
        // After a failure one attempt at a time finds out whether the server is back.
        guard failures == 0 || opening == 0 else { return false }
        let isBelowMinimum = phase == .serving && total < limits.minimum
        guard opening < waiting || isBelowMinimum else { return false }
        opening += 1
        return true
    }

    mutating func opened(_ connection: Connection) -> Placement {
        opening -= 1
        failures = 0
        return place(connection)
    }

    /// An attempt failed: nothing is opened until `pauseEnded`.
    mutating func openFailed() {
        opening -= 1
        failures += 1
        isPausing = true
    }

    mutating func pauseEnded() { isPausing = false }

    /// A caller gave its connection back.
    mutating func released(_ connection: Connection, isUsable: Bool) -> Placement {
        guard leased.remove(connection) != nil else {
            preconditionFailure("a connection is released once, by who leased it")
        }
        return isUsable ? place(connection) : .close
    }

    /// An idle connection is taken out: it ended, or it is to be probed or closed.
    mutating func withdraw(_ connection: Connection) -> Bool {
        guard let place = idle.firstIndex(of: connection) else { return false }
        idle.remove(at: place)
        return true
    }

    /// Takes out an idle connection to probe it; `released` brings it back.
    mutating func borrowIdle(_ connection: Connection) -> Bool {
        guard withdraw(connection) else { return false }
        leased.insert(connection)
        return true
    }

    /// Refuses new callers; returns the idle connections to close now.
    mutating func drain() -> [Connection] {
        phase = .draining
        defer { idle.removeAll() }
        return idle
    }

    /// All who wait, to be told that nothing comes.
    mutating func dismissWaiting() -> [Waiter] {
        defer { (callers, background) = ([], []) }
        return (callers + background).map(\.waiter)
    }

    private mutating func place(_ connection: Connection) -> Placement {
        if let waiter = takeNext(for: connection) {
            leased.insert(connection)
            return .hand(to: waiter)
        }
        guard phase == .serving else { return .close }
        idle.append(connection)
        return .rest
    }

    /// Of those whose turn it is, the one at home at the connection, or the longest waiter.
    private mutating func takeNext(for connection: Connection) -> Waiter? {
        if callers.isEmpty || (passedOver == Self.mostPassedOver && !background.isEmpty) {
            passedOver = 0
            guard !background.isEmpty else { return nil }
            return background.remove(at: choose(of: background, for: connection)).waiter
        }
        passedOver = background.isEmpty ? 0 : passedOver + 1
        return callers.remove(at: choose(of: callers, for: connection)).waiter
    }

    private mutating func choose(of queue: [Caller], for connection: Connection) -> Int {
        guard detours < Self.mostDetours,
            let place = queue.prefix(Self.choice).firstIndex(where: {
                home(of: $0.family, with: connection) == connection
            }),
            place > 0
        else {
            detours = 0
            return 0
        }
        detours += 1
        return place
    }

    /// - Parameter connection: one that is neither idle nor leased at the moment.
    private func home(of family: Family, with connection: Connection? = nil) -> Connection? {
        let others = family.home(among: leased)
        let idlest = family.home(among: idle)
        return family.home(among: [others, idlest, connection].compactMap(\.self))
    }
}
