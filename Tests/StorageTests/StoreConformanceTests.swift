import PaymentCore
import Storage
import TestKit
import Testing

@Suite
struct StoreConformanceTests {
    @Test(arguments: StoreConformance.Scenario.allCases)
    func `the store in Postgres keeps the contract`(
        scenario: StoreConformance.Scenario
    ) async throws {
        try await withTenant { fixture, tenant in
            let store = fixture.store
            try await StoreConformance(store: store, tenant: tenant).run(scenario)
        }
    }

    @Test(arguments: StoreConformance.Scenario.allCases)
    func `the store in memory keeps the same contract`(
        scenario: StoreConformance.Scenario
    ) async throws {
        let store = InMemoryStore(clock: RealClock())
        let tenant: TenantID = TimedIdentifiers().make()
        try await StoreConformance(store: store, tenant: tenant).run(scenario)
    }
}
