import PaymentCore
import Testing

@Suite struct DueScheduleTests {
    private let start = ContinuousClock.now
    private let tenants = (1...5).map { TenantID(UUID7(high: 0, low: $0)) }

    @Test func `a tenant is visited when it is due, and once`() {
        var schedule = DueSchedule(concurrency: 2)
        schedule.note(tenants[0], dueAt: start + .seconds(3))
        #expect(schedule.next == start + .seconds(3))
        #expect(schedule.take(at: start + .seconds(2)).isEmpty)
        #expect(schedule.take(at: start + .seconds(3)) == [tenants[0]])
        #expect(schedule.next == nil)
        schedule.ended(tenants[0])
        #expect(schedule.next == nil)
        #expect(schedule.take(at: start + .seconds(60)).isEmpty)
    }

    @Test func `of several times the first counts`() {
        var schedule = DueSchedule(concurrency: 1)
        for seconds in [5, 2, 9] { schedule.note(tenants[0], dueAt: start + .seconds(seconds)) }
        #expect(schedule.next == start + .seconds(2))
        #expect(schedule.take(at: start + .seconds(2)) == [tenants[0]])
        schedule.ended(tenants[0])
        #expect(schedule.next == nil)
    }

    @Test func `what is found out during a visit is for the next`() {
        var schedule = DueSchedule(concurrency: 2)
        schedule.note(tenants[0], dueAt: start)
        #expect(schedule.take(at: start) == [tenants[0]])
        schedule.note(tenants[0], dueAt: start)
        #expect(schedule.next == nil)
        #expect(schedule.take(at: start).isEmpty)
        schedule.ended(tenants[0])
        #expect(schedule.next == start)
        #expect(schedule.take(at: start) == [tenants[0]])
    }

    @Test func `as many are visited as may be, who is due for longest first`() throws {
        var schedule = DueSchedule(concurrency: 2)
        for (index, tenant) in tenants.enumerated() {
            schedule.note(tenant, dueAt: start - .seconds(index))
        }
        #expect(schedule.take(at: start) == [tenants[4], tenants[3]])
        #expect(schedule.visiting == 2)
        #expect(schedule.next == nil)
        // A full visit is due again at once, behind everybody else.
        schedule.note(tenants[4], dueAt: start + .milliseconds(1))
        schedule.ended(tenants[4])
        let later = start + .seconds(1)
        #expect(schedule.take(at: later) == [tenants[2]])
        schedule.ended(tenants[3])
        #expect(schedule.take(at: later) == [tenants[1]])
        schedule.ended(tenants[2])
        #expect(schedule.take(at: later) == [tenants[0]])
        schedule.ended(tenants[1])
        #expect(schedule.take(at: later) == [tenants[4]])
    }
}
