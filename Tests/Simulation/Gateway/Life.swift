internal import PaymentCore

/// One life of a gateway's process. When it ends, its ports end: the calls under way and all later
/// ones fail, some before and some after their effect.
final class Life: @unchecked Sendable {
    // Safe because one thread cranks everything.
    private(set) var isOver = false
    let world: World
    let number: Int
    let bug: PlantedBug?

    init(_ number: Int, in world: World, bug: PlantedBug?) {
        self.number = number
        self.world = world
        self.bug = bug
    }

    func end() { isOver = true }

    /// A call over a wire: there, its effect, and back. The process may die on either way; what it
    /// had sent may still arrive.
    func call<Value>(
        isCommit: Bool = false,
        _ effect: () async throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        try passing()
        await world.turn()
        if isOver, world.chance(2) { throw Self.died }
        guard !world.fault(80) else {
            world.note(.fault, "\(number): database unavailable")
            throw StoreError(.unavailable)
        }
        if isCommit, world.fault(40) {
            world.note(.fault, "\(number): commit lost on its way")
            throw StoreError(.commitUnknown)
        }
        let value = try await effect()
        await world.turn()
        try passing()
        if isCommit, world.fault(40) {
            world.note(.fault, "\(number): answer to a commit lost")
            throw StoreError(.commitUnknown)
        }
        return value
    }

    private func passing() throws(StoreError) {
        if isOver { throw Self.died }
    }

    private static let died = StoreError(.unavailable, "the process is gone")
}

/// A replica's own clock, which may be wrong.
struct SkewedClock: WallClock {
    let base: any WallClock
    let skew: Duration

    var now: Timestamp { base.now + skew }
}
