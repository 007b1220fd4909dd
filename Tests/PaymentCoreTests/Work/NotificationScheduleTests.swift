import PaymentCore
import Testing

@Suite struct NotificationScheduleTests {
    private let start = ContinuousClock.now
    private let slow = VendorID(known: "slow")
    private let quick = VendorID(known: "quick")
    private static let batch = NotificationSchedule.batch

    /// A schedule with a batch of one vendor under way.
    private func besideSlow() throws -> NotificationSchedule {
        var schedule = NotificationSchedule()
        let first = try claim(of: &schedule, at: start)
        schedule.claimed(Array(repeating: slow, count: Self.batch), by: first, at: start)
        return schedule
    }

    private func claim(
        of schedule: inout NotificationSchedule,
        at now: ContinuousClock.Instant
    ) throws -> NotificationSchedule.Claim {
        let claim = schedule.take(at: now)
        return try #require(claim)
    }

    /// Ends so many of a vendor's.
    ///
    /// - Returns: whether more may be claimed after the last.
    @discardableResult
    private func end(
        _ count: Int,
        of vendor: VendorID,
        in schedule: inout NotificationSchedule
    ) -> Bool {
        (0..<count).reduce(false) { _, _ in schedule.ended(vendor) }
    }

    @Test func `a batch is claimed at once, and the next when there is word of more`() throws {
        var schedule = NotificationSchedule()
        #expect(schedule.next(at: start) == start, "some may have been stored before")
        let claim = try self.claim(of: &schedule, at: start)
        #expect(claim.limit == Self.batch)
        #expect(claim.busy.isEmpty)
        schedule.claimed([quick, quick], by: claim, at: start)
        #expect(schedule.running == 2)
        #expect(schedule.next(at: start) == nil)
        schedule.nudge()
        #expect(schedule.next(at: start) == start + NotificationSchedule.patience)
        #expect(schedule.take(at: start) == nil)
        let isOver = end(2, of: quick, in: &schedule)
        #expect(isOver)
        #expect(schedule.next(at: start) == start)
    }

    @Test func `a full batch is followed by another`() throws {
        let schedule = try besideSlow()
        #expect(schedule.next(at: start) == start + NotificationSchedule.patience)
    }

    @Test func `who is quick has no room while half a batch is under way`() throws {
        var schedule = NotificationSchedule()
        let claim = try self.claim(of: &schedule, at: start)
        let others = Array(repeating: quick, count: 32) + Array(repeating: slow, count: 32)
        schedule.claimed(others, by: claim, at: start)
        schedule.nudge()
        #expect(schedule.next(at: start) == nil)
        end(16, of: quick, in: &schedule)
        #expect(schedule.next(at: start) == nil)
        let mayClaim = end(16, of: slow, in: &schedule)
        #expect(mayClaim)
        #expect(schedule.next(at: start) == start + NotificationSchedule.patience)
        let next = try self.claim(of: &schedule, at: start + NotificationSchedule.patience)
        #expect(next.limit == Self.batch / 2)
    }

    @Test func `a slow vendor is left out, and asked for again when it has fewer`() throws {
        var schedule = try besideSlow()
        let later = start + NotificationSchedule.patience
        let claim = try self.claim(of: &schedule, at: later)
        #expect(claim.limit == Self.batch, "a slow vendor's count for no batch")
        #expect(claim.busy == [slow])
        schedule.claimed([quick], by: claim, at: later)
        end(1, of: quick, in: &schedule)
        #expect(schedule.next(at: later) == nil, "what it left out can still not be taken")
        end(Self.batch - NotificationSchedule.mostOfOne - 1, of: slow, in: &schedule)
        #expect(schedule.next(at: later) == nil)
        let mayClaim = end(1, of: slow, in: &schedule)
        #expect(mayClaim)
        #expect(schedule.next(at: later) == later + NotificationSchedule.patience)
        let next = try self.claim(of: &schedule, at: later + NotificationSchedule.patience)
        #expect(next.busy.isEmpty)
        #expect(next.limit == Self.batch - NotificationSchedule.mostOfOne)
    }

    @Test func `a vendor that has fewer by the end of a claim was left out in vain`() throws {
        var schedule = try besideSlow()
        let later = start + NotificationSchedule.patience
        let claim = try self.claim(of: &schedule, at: later)
        end(NotificationSchedule.mostOfOne, of: slow, in: &schedule)
        #expect(schedule.next(at: later) == nil)
        schedule.claimed([], by: claim, at: later)
        #expect(schedule.next(at: later) == later + NotificationSchedule.patience)
    }

    @Test(arguments: [
        // What a claim took, and how long after its beginning the next may begin.
        (Duration.milliseconds(2), Duration.milliseconds(100)),
        (.milliseconds(70), .milliseconds(700)), (.seconds(3), .seconds(1)),
    ])
    func `beside a slow vendor claims take a tenth of the time`(
        cost: Duration,
        pause: Duration
    ) throws {
        var schedule = try besideSlow()
        let later = start + NotificationSchedule.patience
        let claim = try self.claim(of: &schedule, at: later)
        schedule.claimed([], by: claim, at: later + cost)
        schedule.nudge()
        #expect(schedule.next(at: later) == later + pause)
        // One that leaves nobody out reads no more than it takes.
        end(NotificationSchedule.mostOfOne, of: slow, in: &schedule)
        #expect(schedule.next(at: later) == later + NotificationSchedule.patience)
    }
}
