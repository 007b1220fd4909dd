/// The latest calls, for tests and people to look at; older ones are forgotten.
package struct Journal: Sendable {
    package struct Entry: Sendable, Equatable {
        /// Counts all calls from 1.
        package let number: Int
        package let at: SimulatedTime
        package let method: String
        package let path: String
        /// The simulator's name for what was asked; nil when the address means nothing.
        package let operation: String?
        package let idempotencyKey: String?
        package let parameters: [String: String]
        /// Nil until the call is answered.
        package var status: Int?
        package var isReplay = false
        /// What went wrong on purpose.
        package var faults: [String] = []
    }

    private var entries: [Entry] = []
    private var next = 0
    package private(set) var count = 0
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// The kept entries, oldest first.
    package var all: [Entry] { Array(entries[next...] + entries[..<next]) }

    /// Writes an entry down; the number given to `make` is its own.
    @discardableResult
    mutating func add(_ make: (Int) -> Entry) -> Int {
        count += 1
        guard limit > 0 else { return count }
        if entries.count < limit {
            entries.append(make(count))
        } else {
            entries[next] = make(count)
            next = (next + 1) % limit
        }
        return count
    }

    mutating func update(_ number: Int, _ change: (inout Entry) -> Void) {
        guard number > count - entries.count, !entries.isEmpty else { return }
        let index = (number - 1) % limit
        precondition(entries[index].number == number, "a ring keeps entries by their number")
        change(&entries[index])
    }
}
