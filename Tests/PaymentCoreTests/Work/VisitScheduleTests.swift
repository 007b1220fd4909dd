import PaymentCore
import Testing

@Suite struct VisitScheduleTests {
    private let start = ContinuousClock.now
    private let tenants = (1...5).map { TenantID(UUID7(high: 0, low: $0)) }

    @Test func `what is marked is due at once, as many as may be visited`() {
        var schedule = VisitSchedule(concurrency: 2)
        schedule.marked(tenants, endsRound: true, at: start)
        #expect(schedule.take(at: start).count == 2)
        #expect(schedule.visiting == 2)
        #expect(schedule.take(at: start).isEmpty)
    }

    /// A due visit that cannot begin is no reason to wake: the loop would spin, and the visits
    /// that hold the places would never end.
    @Test func `while no further visit may begin there is nothing to wake for`() throws {
        var schedule = VisitSchedule(concurrency: 2)
        schedule.marked(tenants, endsRound: true, at: start)
        let first = schedule.take(at: start)
        #expect(schedule.next == nil)
        schedule.visited(try #require(first.first), worked: false, at: start)
        #expect(schedule.next == start)
        #expect(schedule.take(at: start).count == 1)
        #expect(schedule.next == nil)
    }

    @Test func `everyone has a turn before anyone has a second`() {
        var schedule = VisitSchedule(concurrency: 1)
        schedule.marked(tenants, endsRound: true, at: start)
        var now = start
        var order: [TenantID] = []
        for _ in tenants {
            for tenant in schedule.take(at: now) {
                order.append(tenant)
                now += .seconds(10)
                schedule.visited(tenant, worked: true, at: now)
            }
        }
        #expect(Set(order) == Set(tenants))
    }

    @Test func `visits that find nothing are spaced out, up to a limit`() throws {
        var schedule = VisitSchedule(concurrency: 1)
        schedule.marked([tenants[0]], endsRound: true, at: start)
        var now = start
        var pauses: [Duration] = []
        for _ in 0..<10 {
            #expect(schedule.take(at: now) == [tenants[0]])
            schedule.visited(tenants[0], worked: false, at: now)
            let next = try #require(schedule.next)
            pauses.append(next - now)
            now = next
        }
        #expect(pauses == pauses.sorted())
        #expect(pauses.first == VisitSchedule.idlePause)
        #expect(pauses.last == VisitSchedule.longestPause)
    }

    @Test func `what is due sooner shortens the pause, and only that one`() throws {
        var schedule = VisitSchedule(concurrency: 1)
        let tenant = tenants[0]
        schedule.marked([tenant], endsRound: true, at: start)
        var now = start
        for _ in 0..<10 {
            _ = schedule.take(at: now)
            schedule.visited(tenant, worked: false, at: now)
            now = try #require(schedule.next)
        }
        for (next, pause) in [
            (Duration.milliseconds(700), Duration.milliseconds(700)),
            (.milliseconds(-5), VisitSchedule.shortestPause),
            (.seconds(90), VisitSchedule.longestPause),
        ] {
            _ = schedule.take(at: now)
            schedule.visited(tenant, worked: false, next: next, at: now)
            #expect(schedule.next == now + pause)
            now = try #require(schedule.next)
        }
    }

    /// There was no room for it, or nobody here knows what it is: asking at once would be asking for
    /// as long as that lasts.
    @Test func `work that is overdue and cannot be taken does not hasten the next visit`() throws {
        var schedule = VisitSchedule(concurrency: 1)
        let tenant = tenants[0]
        schedule.marked([tenant], endsRound: true, at: start)
        var now = start
        for run in 0..<10 {
            #expect(schedule.take(at: now) == [tenant])
            let overdue = Duration.seconds(-2 - run)
            schedule.visited(tenant, worked: false, next: overdue, at: now)
            now = try #require(schedule.next)
        }
        schedule.visited(try #require(schedule.take(at: now).first), worked: false, at: now)
        #expect(schedule.next == now + VisitSchedule.longestPause)
    }

    @Test func `a nudge brings the next visit forward, also one during a visit`() throws {
        var schedule = VisitSchedule(concurrency: 1)
        let tenant = tenants[0]
        schedule.marked([tenant], endsRound: true, at: start)
        var now = start
        for _ in 0..<10 {
            _ = schedule.take(at: now)
            schedule.visited(tenant, worked: false, at: now)
            now = try #require(schedule.next)
        }
        _ = schedule.take(at: now)
        schedule.nudge(tenant, at: now)
        schedule.visited(tenant, worked: false, at: now)
        #expect(schedule.next == now + VisitSchedule.shortestPause)
        schedule.nudge(tenant, at: now)
        #expect(schedule.next == now + VisitSchedule.shortestPause)
    }

    @Test func `who is no longer marked is forgotten`() {
        var schedule = VisitSchedule(concurrency: 1)
        schedule.marked([tenants[0]], endsRound: true, at: start)
        _ = schedule.take(at: start)
        schedule.visited(tenants[0], worked: false, at: start)
        schedule.marked([], endsRound: true, at: start)
        #expect(schedule.take(at: start + .seconds(60)).isEmpty)
    }

    @Test func `who is on another page of the list is not forgotten`() throws {
        var schedule = VisitSchedule(concurrency: 1)
        schedule.marked([tenants[0]], endsRound: false, at: start)
        _ = schedule.take(at: start)
        schedule.visited(tenants[0], worked: false, at: start)
        schedule.marked([], endsRound: true, at: start)
        schedule.marked([], endsRound: false, at: start)
        let next = try #require(schedule.next)
        #expect(schedule.take(at: next) == [tenants[0]])
        schedule.visited(tenants[0], worked: false, at: next)
        schedule.marked([], endsRound: true, at: next)
        #expect(schedule.take(at: next + .seconds(60)).isEmpty)
    }

    @Test func `who was nudged is kept until a whole round has passed without it`() {
        var schedule = VisitSchedule(concurrency: 1)
        schedule.nudge(tenants[0], at: start)
        schedule.marked([], endsRound: true, at: start)
        #expect(schedule.take(at: start + VisitSchedule.shortestPause) == [tenants[0]])
    }

    @Test func `a tenant is quiet so long after this process has last written for it`() {
        var schedule = VisitSchedule(concurrency: 1)
        schedule.marked(tenants, endsRound: true, at: start)
        #expect(schedule.isQuiet(tenants[0], for: .seconds(60), at: start))
        schedule.nudge(tenants[0], at: start)
        #expect(!schedule.isQuiet(tenants[0], for: .seconds(60), at: start + .seconds(59)))
        #expect(schedule.isQuiet(tenants[0], for: .seconds(60), at: start + .seconds(60)))
        schedule.hasten(tenants[1], at: start)
        #expect(schedule.isQuiet(tenants[1], for: .seconds(60), at: start))
    }
}
