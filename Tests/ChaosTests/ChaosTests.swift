import ChaosKit
import Testing

/// A short run of `make chaos`.
@Suite(.serialized) struct ChaosTests {
    @Test(.timeLimit(.minutes(10)))
    func `twenty seconds of everything at once lose and double nothing`() async throws {
        var plan = ChaosPlan(seed: 20_261_121, duration: .seconds(20))
        plan.losesNotifications = false
        let report = try await Chaos.run(plan)
        #expect(report.violations.isEmpty, "\(report)")
        #expect(report.kills >= 3)
        #expect(report.payments > 0)
        #expect(report.faults["rolling upgrade"] == 1)
    }
}
