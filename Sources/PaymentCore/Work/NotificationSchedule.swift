/// When a worker claims stored notifications, and whose. Pure: time comes as an argument.
///
/// A batch is claimed when the one before it has ended, which lets notifications gather, or takes
/// long. A vendor with many under way is slow: it is left out meanwhile, and holds up no other.
package struct NotificationSchedule: Sendable {
    /// What is asked of the inbox.
    package struct Claim: Sendable, Equatable {
        /// At least one.
        package let limit: Int
        /// Vendors whose notifications are left out.
        package let busy: Set<VendorID>
    }

    /// Applied at once, of those whose vendors are quick.
    package static let batch = 64
    /// A vendor with more than this many being applied is slow: no more are taken from it
    /// meanwhile, and it counts toward no batch.
    package static let mostOfOne = 32
    /// How long a batch may take before the next is claimed alongside it.
    package static let patience = Duration.milliseconds(100)
    /// The same, at most, where a vendor is left out: such a claim reads past all that is due of
    /// it, and may take a tenth of the time.
    package static let longestPatience = Duration.seconds(1)

    private var applying: [VendorID: Int] = [:]
    /// Vendors that may have some due although no one has said so since: the last claim left them
    /// out.
    private var leftOut: Set<VendorID> = []
    private var mayWait = true
    private var began: ContinuousClock.Instant?
    /// How long the last claim that left out a vendor took.
    private var cost = Duration.zero

    package init() {}

    /// How many are being applied.
    package var running: Int { applying.values.reduce(0, +) }

    /// Says that some may be stored.
    package mutating func nudge() { mayWait = true }

    /// When they may be claimed; nil while none are known to wait, or there is no room.
    package func next(at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        guard mayWait, quick <= Self.batch / 2 else { return nil }
        guard let began, !applying.isEmpty else { return now }
        let patience = min(max(Self.patience, cost * 10), Self.longestPatience)
        return began + (busy.isEmpty ? Self.patience : patience)
    }

    /// What to claim now, if anything; its outcome is reported by ``claimed(_:by:at:)``, unless it
    /// fails.
    package mutating func take(at now: ContinuousClock.Instant) -> Claim? {
        guard let next = next(at: now), next <= now else { return nil }
        mayWait = false
        began = now
        return Claim(limit: Self.batch - quick, busy: busy)
    }

    /// Notifications of these vendors were claimed; each is given back by ``ended(_:)``.
    package mutating func claimed(
        _ vendors: [VendorID],
        by claim: Claim,
        at now: ContinuousClock.Instant
    ) {
        leftOut = claim.busy.intersection(busy)
        // Some may have become less busy during the claim.
        if vendors.count == claim.limit || leftOut != claim.busy { mayWait = true }
        if !claim.busy.isEmpty, let began { cost = now - began }
        for vendor in vendors { applying[vendor, default: 0] += 1 }
    }

    /// One has been applied.
    ///
    /// - Returns: whether more may be claimed than before.
    package mutating func ended(_ vendor: VendorID) -> Bool {
        let left = (applying[vendor] ?? 1) - 1
        applying[vendor] = left == 0 ? nil : left
        if left <= Self.mostOfOne, leftOut.remove(vendor) != nil { mayWait = true }
        return left == 0 || left == Self.mostOfOne || quick == Self.batch / 2
    }

    private var busy: Set<VendorID> {
        Set(applying.lazy.filter { $0.value > Self.mostOfOne }.map(\.key))
    }

    /// How many are being applied of vendors that are not slow.
    private var quick: Int {
        applying.values.reduce(0) { $0 + ($1 > Self.mostOfOne ? 0 : $1) }
    }
}
