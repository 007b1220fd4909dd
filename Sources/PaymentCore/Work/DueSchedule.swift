/// Whose due work is done when, as far as that is known. Pure: time comes as an argument.
///
/// It holds what somebody has found out: nobody is visited who is not said to be due, and a visit
/// that ends leaves nothing behind. Whoever has been due for longest comes first, so that no tenant
/// starves another.
package struct DueSchedule: Sendable {
    /// How many visits may go on at once.
    package let concurrency: Int

    private var due: [TenantID: ContinuousClock.Instant] = [:]
    private var visited: Set<TenantID> = []
    /// Nobody is due before it, so that most turns need not look at every tenant.
    private var earliest: ContinuousClock.Instant?

    /// - Parameter concurrency: how many tenants may be visited at once; at least one.
    package init(concurrency: Int) {
        self.concurrency = max(1, concurrency)
    }

    /// How many visits are under way.
    package var visiting: Int { visited.count }

    /// Says that a tenant has work at that time. The first of several times counts; one that comes
    /// during a visit is for the next.
    package mutating func note(_ tenant: TenantID, dueAt moment: ContinuousClock.Instant) {
        let first = due[tenant].map { min($0, moment) } ?? moment
        due[tenant] = first
        guard !visited.contains(tenant) else { return }
        earliest = earliest.map { min($0, first) } ?? first
    }

    /// Takes the tenants that are due, as many as may be visited; each must be given back by
    /// ``ended(_:)``.
    package mutating func take(at now: ContinuousClock.Instant) -> [TenantID] {
        guard visiting < concurrency, let earliest, earliest <= now else { return [] }
        let taken = due.filter { $0.value <= now && !visited.contains($0.key) }
            .sorted { $0.value < $1.value }
            .prefix(concurrency - visiting).map(\.key)
        for tenant in taken { due[tenant] = nil }
        visited.formUnion(taken)
        findEarliest()
        return taken
    }

    /// Gives a tenant back.
    package mutating func ended(_ tenant: TenantID) {
        guard visited.remove(tenant) != nil, let moment = due[tenant] else { return }
        earliest = earliest.map { min($0, moment) } ?? moment
    }

    /// When to take again; nil while nobody waits, and while no further visit may begin: then the
    /// end of one is what to wait for.
    package var next: ContinuousClock.Instant? {
        visiting < concurrency ? earliest : nil
    }

    private mutating func findEarliest() {
        earliest = due.lazy.filter { [visited] in !visited.contains($0.key) }.map(\.value).min()
    }
}
