import PaymentCore
import Testing

/// The machine of one account's breaker: every state, every event.
@Suite struct BreakerTests {
    static let now = Timestamp(seconds: 1_760_000_000)
    static let account = MerchantAccountID(UUID7(high: 1, low: 1))

    static let sick: HealthWindow.Counts = {
        var counts = HealthWindow.Counts()
        counts.calls = 5
        counts.failed = 5
        return counts
    }()

    static func row(
        _ state: HealthReading.State,
        epoch: Int64,
        falls: Int = 1,
        wait: Duration = .seconds(20),
        age: Duration = .zero
    ) -> StoredBreaker {
        StoredBreaker(
            account: account,
            epoch: epoch,
            state: state,
            falls: falls,
            illness: state == .closed ? nil : .failures,
            wait: wait,
            age: age
        )
    }

    /// A breaker in each state, as events bring it there.
    static func breaker(_ state: HealthReading.State, ours: Bool = true) -> Breaker {
        var breaker = Breaker(HealthSettings())
        switch state {
        case .closed: break
        case .open: breaker.apply(.read(row(.open, epoch: 1)), at: now)
        case .halfOpen where ours:
            breaker.apply(.read(row(.open, epoch: 1, wait: .zero)), at: now)
            breaker.apply(.probeTaken(epoch: 2), at: now)
        case .halfOpen: breaker.apply(.read(row(.halfOpen, epoch: 2)), at: now)
        }
        return breaker
    }

    @Test func `a well vendor's calls change nothing, an ill one's open the breaker`() throws {
        var breaker = Self.breaker(.closed)
        breaker.apply(.called(.failed, HealthWindow.Counts()), at: Self.now)
        #expect(breaker == Self.breaker(.closed))
        breaker.apply(.called(.failed, Self.sick), at: Self.now)
        #expect(breaker.phase == .open(until: Self.now + .seconds(30)))
        #expect(breaker.illness == .failures)
        let change = try #require(breaker.pending)
        #expect(change.over == .closed)
        #expect(change.to == .open)
        #expect(change.pause == .seconds(30))
    }

    @Test(arguments: CallSymptom.allCases) func `an open breaker learns nothing from calls`(
        symptom: CallSymptom
    ) {
        var breaker = Self.breaker(.open)
        breaker.apply(.called(symptom, Self.sick), at: Self.now)
        #expect(breaker == Self.breaker(.open))
    }

    @Test func `new payments are refused until the pause is over, then one may try`() {
        let breaker = Self.breaker(.open)
        let end = Self.now + .seconds(20)
        #expect(breaker.admission(at: Self.now) == .refused(until: end))
        #expect(breaker.admission(at: end) == .probe)
        #expect(Self.breaker(.closed).admission(at: Self.now) == .admitted)
        let tried = Self.breaker(.halfOpen)
        let lease = Self.now + .seconds(60)
        #expect(tried.admission(at: Self.now) == .refused(until: lease))
        #expect(tried.admission(at: lease) == .probe, "a try that never ends is given to another")
    }

    @Test func `a try that goes well closes the breaker over its own epoch`() {
        var breaker = Self.breaker(.halfOpen)
        breaker.apply(.called(.well, HealthWindow.Counts()), at: Self.now)
        #expect(breaker.phase == .closed)
        #expect(breaker.pending?.over == .halfOpen(epoch: 2))
        #expect(breaker.pending?.to == .closed)
    }

    @Test(arguments: [CallSymptom.failed, .timedOut])
    func `a try that fails doubles the pause`(symptom: CallSymptom) {
        var breaker = Self.breaker(.halfOpen)
        breaker.apply(.called(symptom, HealthWindow.Counts()), at: Self.now)
        #expect(breaker.phase == .open(until: Self.now + .seconds(60)))
        #expect(breaker.illness == .probeFailed)
        #expect(breaker.pending?.over == .halfOpen(epoch: 2))
        #expect(breaker.pending?.falls == 2)
    }

    @Test(arguments: [2, 30, 600])
    func `the pause never grows past ten times the first`(seconds: Int) {
        var settings = HealthSettings()
        settings.pause = .seconds(seconds)
        var breaker = Breaker(settings)
        breaker.apply(.read(Self.row(.open, epoch: 40, falls: 40, wait: .zero)), at: Self.now)
        breaker.apply(.probeTaken(epoch: 41), at: Self.now)
        breaker.apply(.called(.failed, HealthWindow.Counts()), at: Self.now)
        #expect(breaker.phase == .open(until: Self.now + .seconds(10 * seconds)))
    }

    @Test(arguments: CallSymptom.allCases) func `somebody else's try is theirs to judge`(
        symptom: CallSymptom
    ) {
        var breaker = Self.breaker(.halfOpen, ours: false)
        breaker.apply(.called(symptom, Self.sick), at: Self.now)
        #expect(breaker == Self.breaker(.halfOpen, ours: false))
    }

    @Test func `a try that tells nothing goes on`() {
        var breaker = Self.breaker(.halfOpen)
        breaker.apply(.called(.silent, Self.sick), at: Self.now)
        #expect(breaker == Self.breaker(.halfOpen))
    }

    @Test(arguments: HealthReading.State.allCases) func `what is read holds here`(
        state: HealthReading.State
    ) {
        for read in HealthReading.State.allCases {
            var breaker = Self.breaker(state)
            breaker.apply(.read(Self.row(read, epoch: 9)), at: Self.now)
            #expect(breaker.state == read)
        }
        var breaker = Self.breaker(state)
        breaker.apply(.readAbsent, at: Self.now)
        #expect(breaker.state == .closed)
    }

    @Test func `an older reading takes nothing back`() {
        var breaker = Self.breaker(.halfOpen)
        breaker.apply(.read(Self.row(.open, epoch: 1)), at: Self.now)
        #expect(breaker == Self.breaker(.halfOpen))
        breaker.apply(.read(Self.row(.halfOpen, epoch: 2, wait: .seconds(60))), at: Self.now)
        breaker.apply(.called(.well, HealthWindow.Counts()), at: Self.now)
        #expect(breaker.phase == .closed, "reading its own row leaves the try with us")
    }

    @Test func `what was decided and not written yet is not overwritten by a reading`() throws {
        var breaker = Self.breaker(.closed)
        breaker.apply(.called(.failed, Self.sick), at: Self.now)
        let decided = breaker
        breaker.apply(.readAbsent, at: Self.now)
        breaker.apply(.read(Self.row(.closed, epoch: 4)), at: Self.now)
        #expect(breaker == decided)
        breaker.apply(.written(try #require(breaker.pending), epoch: 5), at: Self.now)
        #expect(breaker.pending == nil)
        #expect(breaker.state == .open)
    }

    @Test func `who was too late reads what the faster one decided`() throws {
        var breaker = Self.breaker(.closed)
        breaker.apply(.called(.failed, Self.sick), at: Self.now)
        breaker.apply(.written(try #require(breaker.pending), epoch: nil), at: Self.now)
        breaker.apply(.read(Self.row(.halfOpen, epoch: 7)), at: Self.now)
        #expect(breaker.state == .halfOpen)
    }

    @Test func `a relapse goes on doubling, an illness after long health begins anew`() {
        let cases: [(Duration, Duration)] = [
            (.seconds(299), .seconds(120)), (.seconds(301), .seconds(30)),
        ]
        for (age, pause) in cases {
            var breaker = Breaker(HealthSettings())
            breaker.apply(.read(Self.row(.closed, epoch: 8, falls: 2, age: age)), at: Self.now)
            breaker.apply(.called(.failed, Self.sick), at: Self.now)
            #expect(breaker.phase == .open(until: Self.now + pause))
        }
    }

    @Test func `who lost the try asks again only after a moment`() {
        var breaker = Self.breaker(.open)
        let end = Self.now + .seconds(20)
        breaker.apply(.probeLost, at: end)
        #expect(breaker.admission(at: end) == .refused(until: end + .seconds(1)))
        var ours = Self.breaker(.halfOpen)
        ours.apply(.probeLost, at: Self.now)
        #expect(ours == Self.breaker(.halfOpen), "another payment of this process has it")
        var well = Self.breaker(.closed)
        well.apply(.probeLost, at: Self.now)
        #expect(well == Self.breaker(.closed))
    }
}
