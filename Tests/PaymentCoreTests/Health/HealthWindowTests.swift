import PaymentCore
import Testing

/// What counts, for how long, and when it shows an ill vendor.
@Suite struct HealthWindowTests {
    static let start = Timestamp(seconds: 1_760_000_000)

    func counts(
        _ calls: [(CallSymptom, Duration)],
        _ settings: HealthSettings = HealthSettings()
    ) -> HealthWindow.Counts {
        var window = HealthWindow(settings)
        for (symptom, time) in calls { window.add(symptom, took: time, at: Self.start) }
        return window.counts(at: Self.start)
    }

    @Test func `calls fall out of the window after its length`() {
        var window = HealthWindow(HealthSettings())
        window.add(.failed, took: .seconds(1), at: Self.start)
        window.add(.timedOut, took: .seconds(30), at: Self.start + .seconds(20))
        window.add(.well, took: .seconds(2), at: Self.start + .seconds(50))
        let now = window.counts(at: Self.start + .seconds(50))
        #expect([now.calls, now.failed, now.timedOut, now.slow] == [3, 1, 1, 1])
        #expect(now.meanTime == .seconds(11))
        #expect(now.slowest == .seconds(30))
        #expect(window.counts(at: Self.start + .seconds(70)).failed == 0)
        #expect(window.counts(at: Self.start + .seconds(90)).timedOut == 0)
        #expect(window.counts(at: Self.start + .seconds(120)).calls == 0)
    }

    @Test func `a clock that steps back loses nothing`() {
        var window = HealthWindow(HealthSettings())
        window.add(.failed, took: .zero, at: Self.start)
        window.add(.failed, took: .zero, at: Self.start - .seconds(40))
        #expect(window.counts(at: Self.start).failed == 2)
    }

    @Test func `what tells nothing is not counted`() {
        #expect(counts([(.silent, .zero), (.silent, .seconds(60))]).calls == 0)
    }

    @Test(arguments: [
        ([CallSymptom.failed, .failed, .failed, .failed], Illness?.none),
        ([.failed, .failed, .failed, .failed, .failed], .failures),
        ([.failed, .failed, .timedOut, .well, .well], .failures),
        ([.timedOut, .timedOut, .failed, .well, .well], .timeouts),
        ([.failed, .timedOut, .well, .well, .well], nil),
        ([.failed, .failed, .failed, .well, .well, .well], .failures),
    ]) func `half of enough calls failing is an illness`(
        symptoms: [CallSymptom],
        illness: Illness?
    ) {
        let counts = counts(symptoms.map { ($0, .milliseconds(20)) })
        #expect(counts.illness(by: HealthSettings()) == illness)
    }

    @Test func `a vendor that answers too slowly is ill too`() {
        let slow = Array(repeating: (CallSymptom.well, Duration.seconds(10)), count: 4)
        let quick = (CallSymptom.well, Duration.milliseconds(9_999))
        #expect(counts(slow + [quick]).illness(by: HealthSettings()) == .slowness)
        #expect(counts(slow + [quick, quick]).illness(by: HealthSettings()) == nil)
    }

    @Test func `verdicts about payments are health, and faults of the vendor are not`() {
        let receipt = VendorReceipt(reference: "r")
        let well: [VendorOutcome] = [
            .succeeded(receipt), .pending(receipt), .requiresAction(.redirect(url: "u"), receipt),
            .declined(Decline(.temporary, code: "c"), nil),
            .declined(Decline(.fraud, code: "c"), nil),
            .rejected(VendorRejection(.wrongState, code: "c", message: "")), .notFound,
        ]
        #expect(well.allSatisfy { $0.symptom == .well })
        let failed: [VendorOutcome] = [
            .notDone(.unreachable), .notDone(.throttled), .unknown(.connectionLost),
            .unknown(.vendorError), .unknown(.unreadableReply),
            .rejected(VendorRejection(.configuration, code: "c", message: "")),
        ]
        #expect(failed.allSatisfy { $0.symptom == .failed })
        #expect(VendorOutcome.unknown(.timeout).symptom == .timedOut)
        #expect(VendorOutcome.unknown(.interrupted).symptom == .silent)
        #expect(TokenOutcome.done.symptom == .well)
        #expect(TokenOutcome.unknown(.timeout).symptom == .timedOut)
    }
}
