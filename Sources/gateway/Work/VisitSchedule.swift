import PaymentCore

/// When a worker visits which tenant. Pure: time comes as an argument.
///
/// A tenant is visited because the control schema has it marked or due, or because this process
/// has just written for it. A mark stays for a while after the work is done, so visits that find
/// nothing are spaced out, doubling up to `longestPause`; a nudge brings the next one forward.
struct VisitSchedule {
    private struct Entry {
        var due: ContinuousClock.Instant
        var pause: Duration
        var isVisiting = false
        var wasNudged = false
    }

    /// Nudges within this time are one visit, so that events are published in batches.
    static let shortestPause = Duration.milliseconds(20)
    static let longestPause = Duration.seconds(4)

    private var entries: [TenantID: Entry] = [:]

    /// The control schema's list: those are known, all others are forgotten unless nudged.
    mutating func marked(_ tenants: [TenantID], at now: ContinuousClock.Instant) {
        let listed = Set(tenants)
        for (tenant, entry) in entries
        where !listed.contains(tenant) && !entry.isVisiting && entry.due > now {
            entries[tenant] = nil
        }
        for tenant in tenants where entries[tenant] == nil {
            entries[tenant] = Entry(due: now, pause: Self.shortestPause)
        }
    }

    mutating func nudge(_ tenant: TenantID, at now: ContinuousClock.Instant) {
        let soon = now + Self.shortestPause
        guard var entry = entries[tenant] else {
            entries[tenant] = Entry(due: soon, pause: Self.shortestPause)
            return
        }
        entry.pause = Self.shortestPause
        entry.due = min(entry.due, soon)
        entry.wasNudged = entry.isVisiting
        entries[tenant] = entry
    }

    /// Takes the tenants that are due, at most `limit`; each must be given back by ``visited``.
    mutating func take(_ limit: Int, at now: ContinuousClock.Instant) -> [TenantID] {
        let due = entries.filter { !$0.value.isVisiting && $0.value.due <= now }
            .sorted { $0.value.due < $1.value.due }
            .prefix(limit).map(\.key)
        for tenant in due { entries[tenant]?.isVisiting = true }
        return due
    }

    mutating func visited(
        _ tenant: TenantID,
        worked: Bool,
        at now: ContinuousClock.Instant
    ) {
        guard var entry = entries[tenant] else { return }
        entry.isVisiting = false
        if worked || entry.wasNudged {
            entry.pause = Self.shortestPause
        } else {
            entry.pause = min(entry.pause * 2, Self.longestPause)
        }
        entry.wasNudged = false
        entry.due = now + entry.pause
        entries[tenant] = entry
    }

    /// When the next visit is due; nil when none is.
    var next: ContinuousClock.Instant? {
        entries.values.filter { !$0.isVisiting }.map(\.due).min()
    }
}
