import PaymentCore
import Testing

@testable import gateway

/// An event that Kafka refuses holds up its tenant, longer each time, and nobody else.
@Suite struct RelayRefusalTests {
    private let start = ContinuousClock.now
    private let tenants = (1...2).map { TenantID(UUID7(high: 0, low: $0)) }

    @Test func `only the tenant whose event was refused waits`() {
        var refusals = RelayRefusals()
        refusals.begin(of: tenants[0], at: start)
        #expect(!refusals.allows(tenants[0], at: start))
        #expect(refusals.allows(tenants[1], at: start))
        #expect(refusals.allows(tenants[0], at: start + RelayRefusals.shortest))
    }

    @Test func `each further refusal is waited for twice as long, up to a limit`() {
        var refusals = RelayRefusals()
        var now = start
        var length = RelayRefusals.shortest
        for _ in 0..<8 {
            refusals.begin(of: tenants[0], at: now)
            #expect(!refusals.allows(tenants[0], at: now + length - .milliseconds(1)))
            now += length
            #expect(refusals.allows(tenants[0], at: now))
            length = min(length * 2, RelayRefusals.longest)
        }
        #expect(length == RelayRefusals.longest)
    }

    @Test func `once Kafka has taken the event, the next refusal is a first one`() {
        var refusals = RelayRefusals()
        for _ in 0..<4 { refusals.begin(of: tenants[0], at: start) }
        refusals.end(of: tenants[0])
        #expect(refusals.allows(tenants[0], at: start))
        refusals.begin(of: tenants[0], at: start)
        #expect(refusals.allows(tenants[0], at: start + RelayRefusals.shortest))
    }
}
