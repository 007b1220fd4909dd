extension Payme {
    /// Makes ids of 24 hexadecimal digits as the vendor's are: a time, a draw, a count.
    struct Identifiers: Sendable {
        private var random: SeededRandom
        private var count: UInt32 = 0

        init(seed: UInt64) {
            random = SeededRandom(seed: seed)
        }

        mutating func next(at now: SimulatedTime) -> String {
            count += 1
            return digits(UInt64(now.seconds), 8) + digits(random.next(), 10)
                + digits(UInt64(count), 6)
        }

        /// A card's token.
        mutating func token() -> String {
            count += 1
            return (0..<3).map { _ in digits(random.next(), 16) }.joined()
                + digits(UInt64(count), 8)
        }

        /// The last so many digits.
        private func digits(_ number: UInt64, _ count: Int) -> String {
            let text = String(number, radix: 16)
            return String(repeating: "0", count: max(0, count - text.count)) + text.suffix(count)
        }
    }
}
