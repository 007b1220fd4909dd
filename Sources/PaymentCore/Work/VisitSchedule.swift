/// When a worker visits which tenant. Pure: time comes as an argument.
///
/// A tenant is visited because the control schema has it marked or due, or because this process
/// has just written for it. A mark stays for a while after the work is done, so visits that find
/// nothing are spaced out, doubling from `idlePause` up to `longestPause`; a nudge brings the next one
/// forward.
/// Whoever has waited longest is visited first, so that no tenant starves another.
///
/// The control schema is listed in pages. A round is one pass over all of them; only a tenant that
/// was on none of a whole round's pages is forgotten.
package struct VisitSchedule: Sendable {
    private struct Entry {
        var due: ContinuousClock.Instant
        var pause: Duration
        var isVisiting = false
        var wasNudged = false
        var nudgedAt: ContinuousClock.Instant?
        /// The round in which it was last listed or nudged.
        var round: Int
    }

    /// Nudges within this time are one visit, so that events are published in batches.
    package static let shortestPause = Duration.milliseconds(20)
    /// After the first visit that finds nothing. Sooner would be a handful of visits more for every
    /// payment of a tenant that has few.
    package static let idlePause = Duration.milliseconds(250)
    package static let longestPause = Duration.seconds(4)
    /// Work that is overdue by no more may have come due while the visit went on, or a little later
    /// by the database's clock. What has waited longer was there for the visit and could not be
    /// taken: there was no room for it, or it is of a kind that only another release knows.
    package static let grace = Duration.seconds(1)

    /// How many visits may go on at once.
    package let concurrency: Int
    /// How many are under way.
    package private(set) var visiting = 0

    private var entries: [TenantID: Entry] = [:]
    /// No visit is due before it, so that most turns need not look at every tenant.
    private var earliest: ContinuousClock.Instant?
    private var round = 0

    /// - Parameter concurrency: how many tenants may be visited at once; at least one.
    package init(concurrency: Int) {
        self.concurrency = max(1, concurrency)
    }

    /// A page of the control schema's list.
    ///
    /// - Parameter endsRound: whether it is the last one: a tenant that was neither listed nor
    ///   nudged since the last page before it is forgotten.
    package mutating func marked(
        _ tenants: [TenantID],
        endsRound: Bool,
        at now: ContinuousClock.Instant
    ) {
        for tenant in tenants {
            if entries[tenant] == nil {
                enter(Entry(due: now, pause: Self.shortestPause, round: round), for: tenant)
            } else {
                entries[tenant]?.round = round
            }
        }
        guard endsRound else { return }
        for (tenant, entry) in entries
        where entry.round < round && !entry.isVisiting && entry.due > now {
            entries[tenant] = nil
        }
        round += 1
    }

    /// This process has written something for the tenant.
    package mutating func nudge(_ tenant: TenantID, at now: ContinuousClock.Instant) {
        hasten(tenant, at: now)
        entries[tenant]?.nudgedAt = now
    }

    /// There may be something to do for the tenant.
    package mutating func hasten(_ tenant: TenantID, at now: ContinuousClock.Instant) {
        let soon = now + Self.shortestPause
        var entry =
            entries[tenant] ?? Entry(due: soon, pause: Self.shortestPause, round: round)
        entry.round = round
        entry.pause = Self.shortestPause
        entry.due = min(entry.due, soon)
        entry.wasNudged = entry.isVisiting
        enter(entry, for: tenant)
    }

    /// Takes the tenants that are due, as many as may be visited; each must be given back by
    /// ``visited(_:worked:next:at:)``.
    package mutating func take(at now: ContinuousClock.Instant) -> [TenantID] {
        guard visiting < concurrency, let earliest, earliest <= now else { return [] }
        let due = entries.filter { !$0.value.isVisiting && $0.value.due <= now }
            .sorted { $0.value.due < $1.value.due }
            .prefix(concurrency - visiting).map(\.key)
        for tenant in due { entries[tenant]?.isVisiting = true }
        visiting += due.count
        self.earliest = entries.values.lazy.filter { !$0.isVisiting }.map(\.due).min()
        return due
    }

    /// Gives a tenant back.
    ///
    /// - Parameters:
    ///   - worked: whether there was anything to do.
    ///   - next: how long until its next work is due, when that is known: no visit is later. What
    ///     is overdue by more than ``grace`` cannot be had yet, so it hastens nothing.
    package mutating func visited(
        _ tenant: TenantID,
        worked: Bool,
        next: Duration? = nil,
        at now: ContinuousClock.Instant
    ) {
        guard var entry = entries[tenant], entry.isVisiting else { return }
        visiting -= 1
        entry.isVisiting = false
        if worked || entry.wasNudged {
            entry.pause = Self.shortestPause
        } else {
            entry.pause = min(max(entry.pause * 2, Self.idlePause), Self.longestPause)
        }
        entry.wasNudged = false
        entry.due = now + entry.pause
        if let next, next >= .zero - Self.grace {
            entry.due = min(entry.due, now + max(next, Self.shortestPause))
        }
        enter(entry, for: tenant)
    }

    /// Whether this process has written nothing for the tenant in so long a time.
    package func isQuiet(
        _ tenant: TenantID,
        for span: Duration,
        at now: ContinuousClock.Instant
    ) -> Bool {
        entries[tenant]?.nudgedAt.map { now - $0 >= span } ?? true
    }

    /// When to take again; nil while nobody waits, and while no further visit may begin: then the
    /// end of one is what to wait for.
    package var next: ContinuousClock.Instant? {
        visiting < concurrency ? earliest : nil
    }

    private mutating func enter(_ entry: Entry, for tenant: TenantID) {
        entries[tenant] = entry
        guard !entry.isVisiting else { return }
        earliest = earliest.map { min($0, entry.due) } ?? entry.due
    }
}
