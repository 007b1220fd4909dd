/// Makes identifiers that never repeat in a run and look as random as a vendor's.
///
/// Some digits count, so two identifiers of one source differ for certain; the rest is drawn from
/// the seed.
struct IdentifierSource: Sendable {
    /// The digits that a vendor writes its identifiers with.
    struct Alphabet: Sendable {
        fileprivate let digits: [UInt8]

        private init(_ digits: String) {
            self.digits = Array(digits.utf8)
        }

        static let decimal = Alphabet("0123456789")
        static let hexadecimal = Alphabet("0123456789abcdef")
        static let lowercase = Alphabet("0123456789abcdefghijklmnopqrstuvwxyz")
        static let uppercase = Alphabet("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        static let mixed = Alphabet(
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
        )
    }

    private var random: SeededRandom
    private var count: UInt64 = 0

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    /// The next identifier: `prefix` and 18 letters and digits.
    mutating func next(_ prefix: StaticString) -> String {
        count += 1
        return "\(prefix)" + text([(count, 8), (random.next(), 10)], .mixed)
    }

    /// The next identifier of so many digits; half of them count, so few digits run out.
    mutating func next(digits: Int, of alphabet: Alphabet) -> String {
        count += 1
        let drawn = digits / 2
        // Twelve digits at most come out of one number.
        let parts = stride(from: 0, to: drawn, by: 12).map { start in
            (random.next(), min(12, drawn - start))
        }
        return text([(count, digits - drawn)] + parts, alphabet)
    }

    /// 24 letters and digits that nobody can guess from an identifier.
    mutating func secret() -> String {
        text([(random.next(), 10), (random.next(), 10), (random.next(), 4)], .mixed)
    }

    /// The last so many digits of each number.
    private func text(_ numbers: [(number: UInt64, digits: Int)], _ alphabet: Alphabet) -> String {
        let digits = alphabet.digits
        var text: [UInt8] = []
        text.reserveCapacity(24)
        for (number, count) in numbers {
            var rest = number
            for _ in 0..<count {
                text.append(digits[Int(rest % UInt64(digits.count))])
                rest /= UInt64(digits.count)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
