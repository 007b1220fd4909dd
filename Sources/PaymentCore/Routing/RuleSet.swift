/// Some of a table's rules, one bit each.
struct RuleSet: Sendable, Hashable {
    private var words: [UInt64]

    /// Room for `count` rules, none of them a member.
    init(count: Int) {
        words = Array(repeating: 0, count: (count + 63) / 64)
    }

    mutating func insert(_ index: Int) {
        words[index / 64] |= 1 << UInt64(index % 64)
    }

    func contains(_ index: Int) -> Bool {
        words[index / 64] >> UInt64(index % 64) & 1 == 1
    }

    mutating func formIntersection(_ other: RuleSet) {
        for index in words.indices { words[index] &= other.words[index] }
    }

    mutating func formUnion(_ other: RuleSet) {
        for index in words.indices { words[index] |= other.words[index] }
    }

    func intersects(_ other: RuleSet) -> Bool {
        words.indices.contains { words[$0] & other.words[$0] != 0 }
    }
}

extension RuleSet: Sequence {
    /// The members in rule order.
    func makeIterator() -> Iterator { Iterator(words: words) }

    struct Iterator: IteratorProtocol {
        private let words: [UInt64]
        private var position = 0
        private var left: UInt64

        fileprivate init(words: [UInt64]) {
            self.words = words
            left = words.first ?? 0
        }

        mutating func next() -> Int? {
            while left == 0 {
                position += 1
                guard position < words.count else { return nil }
                left = words[position]
            }
            let bit = left.trailingZeroBitCount
            left &= left - 1
            return position * 64 + bit
        }
    }
}
