import Observability
import PaymentCore
import Testing

@testable import gateway

/// What several loops of a process know is one figure, and no loop's word replaces another's.
@Suite struct SharedGaugeTests {
    private final class Loop {}

    private let registry = MetricsRegistry()
    private let loops = (Loop(), Loop())

    private func exposition() -> String { String(decoding: registry.exposition(), as: UTF8.self) }

    @Test func `the longest of the loops' last words is shown`() {
        let gauge = LongestGauge(label: "age_seconds", factory: registry)
        gauge.record(.seconds(300), on: loops.0)
        gauge.record(.zero, on: loops.1)
        #expect(exposition().contains("\nage_seconds 300\n"))
        gauge.record(.milliseconds(500), on: loops.0)
        #expect(exposition().contains("\nage_seconds 0.5\n"))
    }

    @Test func `tenants are added up, each once, whoever tells of it`() {
        let tenants = (1...2).map { TenantID(UUID7(high: 0, low: $0)) }
        let gauge = TenantsGauge(label: "lag_events", factory: registry)
        gauge.record(5, of: tenants[0])
        gauge.record(7, of: tenants[1])
        #expect(exposition().contains("\nlag_events 12\n"))
        gauge.record(6, of: tenants[0])
        #expect(exposition().contains("\nlag_events 13\n"))
        gauge.record(0, of: tenants[1])
        #expect(exposition().contains("\nlag_events 6\n"))
    }
}
