import Testing

@testable import Simulators

struct SupportTests {
    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00Z"), (1_735_689_600, "2025-01-01T00:00:00Z"),
        (951_782_400, "2000-02-29T00:00:00Z"), (4_107_542_399, "2100-02-28T23:59:59Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
        (1_709_251_199, "2024-02-29T23:59:59Z"),
    ])
    func `a time is written as a date and read back`(seconds: Int64, text: String) {
        let time = SimulatedTime(seconds: seconds)
        #expect(time.rfc3339() == text)
        #expect(SimulatedTime(rfc3339: text) == time)
        for offset in [Int64(-570), 0, 60, 300] {
            #expect(SimulatedTime(rfc3339: time.rfc3339(offset: offset)) == time)
        }
    }

    @Test func `a time keeps its milliseconds and its zone`() {
        let time = SimulatedTime(milliseconds: 1_735_689_600_007)
        #expect(time.rfc3339WithMilliseconds == "2025-01-01T00:00:00.007Z")
        #expect(SimulatedTime(rfc3339: "2025-01-01T00:00:00.0079Z") == time)
        #expect(SimulatedTime(rfc3339: "2025-01-01T01:00:00.007+0100") == time)
        #expect(time.rfc3339(offset: 60) == "2025-01-01T01:00:00+01:00")
        #expect(time.dateAndTime(offset: 300) == "2025-01-01 05:00:00")
    }

    @Test(arguments: [
        "", "2025-01-01", "2025-02-29T00:00:00Z", "2025-04-31T00:00:00Z", "2025-01-01T24:00:00Z",
        "2025-01-01T00:00:00", "2025-01-01 00:00:00Z", "2025-1-1T00:00:00Z",
    ])
    func `what is no time is refused`(text: String) {
        #expect(SimulatedTime(rfc3339: text) == nil)
    }

    @Test func `a key has one result until its time is over`() {
        var keys = KeyedResults<Int, String>(limit: nil)
        let start = SimulatedTime(seconds: 0)
        func outcome(_ mark: Int, at seconds: Int64) -> String {
            let now = SimulatedTime(seconds: seconds)
            switch keys.claim("k", mark, at: now, lifetime: .seconds(10)) {
            case .first: return "first"
            case .running(let mark): return "running \(mark)"
            case .known(let mark, let result): return "\(result) \(mark)"
            }
        }
        #expect(outcome(1, at: start.seconds) == "first")
        #expect(outcome(2, at: 1) == "running 1")
        keys.keep("done", for: "k")
        #expect(outcome(2, at: 9) == "done 1")
        #expect(outcome(2, at: 10) == "first")
        keys.free("k")
        #expect(outcome(3, at: 11) == "first")
        keys.keep("again", for: "k")
        #expect(outcome(4, at: 20) == "again 3")
        #expect(outcome(4, at: 21) == "first")
    }

    @Test func `more keys than the limit push the oldest out`() {
        var keys = KeyedResults<Void, Int>(limit: 2)
        for key in 1...4 {
            _ = keys.claim("\(key)", at: SimulatedTime(seconds: Int64(key)), lifetime: .seconds(99))
            keys.keep(key, for: "\(key)")
        }
        func isKnown(_ key: Int) -> Bool {
            let now = SimulatedTime(seconds: 5)
            guard case .known = keys.claim("\(key)", at: now, lifetime: .seconds(99)) else {
                return false
            }
            return true
        }
        #expect(isKnown(4))
        #expect(!isKnown(1))
    }

    @Test func `identifiers have the digits they are asked for`() {
        var source = IdentifierSource(seed: 4)
        let known = (0..<3_000).map { _ in source.next(digits: 17, of: .uppercase) }
        #expect(Set(known).count == 3_000)
        #expect(known.allSatisfy { $0.wholeMatch(of: /[0-9A-Z]{17}/) != nil })
        let long = source.next(digits: 40, of: .hexadecimal)
        #expect(long.wholeMatch(of: /[0-9a-f]{40}/) != nil)
        #expect(Set((0..<90).map { _ in source.next(digits: 4, of: .decimal) }).count == 90)
    }

    @Test func `the agenda gives what is due in its order`() {
        var agenda = Agenda<Int>()
        var random = SeededRandom(seed: 3)
        let dues = (0..<500).map { _ in Int64.random(in: 0..<50, using: &random) }
        for (number, due) in dues.enumerated() {
            agenda.enter(number, at: SimulatedTime(milliseconds: due))
        }
        let expected = dues.enumerated().sorted {
            ($0.element, $0.offset) < ($1.element, $1.offset)
        }
        var taken: [Int] = []
        for time in stride(from: Int64(0), through: 50, by: 10) {
            while let (number, due) = agenda.take(dueBy: SimulatedTime(milliseconds: time)) {
                #expect(due.milliseconds <= time)
                taken.append(number)
            }
        }
        #expect(taken == expected.map(\.offset))
        #expect(agenda.nextDue == nil)
    }

    @Test func `a table keeps the newest rows`() {
        var table = Table<Int>(limit: 3)
        for row in 1...100 { table.insert(row, id: "\(row)") }
        #expect(Array(table.newestFirst) == [100, 99, 98])
        #expect(table["97"] == nil)
        #expect(table.count == 3)
    }

    @Test func `first in is first out`() {
        var queue = Fifo<Int>()
        var next = 0
        var taken: [Int] = []
        for round in 0..<100 {
            for _ in 0..<(round % 7) {
                queue.append(next)
                next += 1
            }
            for _ in 0..<(round % 5) {
                if let element = queue.popFirst() { taken.append(element) }
            }
        }
        #expect(queue.count == next - taken.count)
        while let element = queue.popFirst() { taken.append(element) }
        #expect(taken == Array(0..<next))
        #expect(queue.isEmpty)
    }

    @Test func `identifiers never repeat and follow the seed`() {
        func identifiers(seed: UInt64) -> [String] {
            var source = IdentifierSource(seed: seed)
            return (0..<2_000).map { _ in source.next("pi_3") }
        }
        #expect(Set(identifiers(seed: 1)).count == 2_000)
        #expect(identifiers(seed: 1) == identifiers(seed: 1))
        #expect(Set(identifiers(seed: 1)).isDisjoint(with: identifiers(seed: 2)))
        #expect(identifiers(seed: 1).allSatisfy { $0.count == 22 })
    }
}
