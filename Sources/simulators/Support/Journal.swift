internal import HTTP

/// The latest calls, for tests and people to look at; older ones are forgotten.
package struct Journal: Sendable {
    package struct Entry: Sendable {
        /// Counts all calls from 1.
        package let number: Int
        package let at: SimulatedTime
        package let method: String
        package let path: String
        /// The simulator's name for what was asked; nil when the address means nothing.
        package let operation: String?
        package let idempotencyKey: String?
        fileprivate let form: [(name: String, value: String)]
        /// Nil until the call is answered.
        package var status: Int?
        package var isReplay = false
        /// What went wrong on purpose.
        package var faults: [CallFault] = []

        /// The call's parameters. What might be a card number is not shown.
        package var parameters: [(name: String, value: String)] {
            form.map { ($0.name, Self.masked($0.value)) }
        }

        /// The first value of a parameter.
        package subscript(_ name: String) -> String? {
            parameters.first { $0.name == name }?.value
        }

        init<Work>(
            number: Int,
            at time: SimulatedTime,
            _ call: SimulatedCall,
            _ begun: BegunCall<Work>
        ) {
            self.number = number
            at = time
            method = call.method.rawValue
            path = call.path
            operation = begun.operation
            idempotencyKey = begun.idempotencyKey
            form = begun.parameters
        }

        private static func masked(_ text: String) -> String {
            var digits = 0
            for byte in text.utf8 {
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
                case UInt8(ascii: " "), UInt8(ascii: "-"): break
                default: digits = 0
                }
                if digits >= 13 { return "(masked)" }
            }
            return text
        }
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

    /// Changes an entry, unless it has been forgotten.
    mutating func update(_ number: Int, _ change: (inout Entry) -> Void) {
        let index = limit > 0 ? (number - 1) % limit : 0
        guard entries.indices.contains(index), entries[index].number == number else { return }
        change(&entries[index])
    }
}
