import Testing

@testable import Simulators

struct SupportTests {
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
