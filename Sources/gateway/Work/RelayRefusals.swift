import PaymentCore

/// How long tenants whose next event Kafka has refused are left alone: somebody has to act first,
/// and until then each attempt may cost the others a producer. Pure: time comes as an argument.
struct RelayRefusals {
    private struct Wait {
        var until: ContinuousClock.Instant
        var length: Duration
    }

    static let shortest = Duration.seconds(2)
    static let longest = Duration.seconds(60)

    private var waits: [TenantID: Wait] = [:]

    /// Kafka has refused an event of the tenant, perhaps again.
    mutating func begin(of tenant: TenantID, at now: ContinuousClock.Instant) {
        // A tenant no longer visited here, or that another process has relayed, is not kept.
        waits = waits.filter { $0.value.until + Self.longest > now }
        let length = waits[tenant].map { min($0.length * 2, Self.longest) } ?? Self.shortest
        waits[tenant] = Wait(until: now + length, length: length)
    }

    /// Kafka has taken events of the tenant.
    mutating func end(of tenant: TenantID) {
        waits[tenant] = nil
    }

    /// Whether the tenant's events may be tried now.
    func allows(_ tenant: TenantID, at now: ContinuousClock.Instant) -> Bool {
        waits[tenant].map { $0.until <= now } ?? true
    }
}
