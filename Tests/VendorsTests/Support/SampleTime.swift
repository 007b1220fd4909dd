import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Runs with the wall clock of vendors' requests standing at the samples' moment, or another.
struct SampleTime: SuiteTrait, TestTrait, TestScoping {
    let now: Timestamp
    var isRecursive: Bool { true }

    @concurrent
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let clock: @Sendable () -> Timestamp = { [now] in now }
        try await VendorClock.$now.withValue(clock) { try await function() }
    }
}

extension Trait where Self == SampleTime {
    static var sampleTime: SampleTime { SampleTime(now: Sample.now) }

    static func time(_ now: Timestamp) -> SampleTime { SampleTime(now: now) }
}
