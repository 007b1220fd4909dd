/// Makes identifiers that never repeat in a run and look as random as a vendor's.
///
/// Eight digits count, so two identifiers of one source differ for certain; the rest is drawn from
/// the seed. Digits of both kinds are base 62.
struct IdentifierSource: Sendable {
    private var random: SeededRandom
    private var count: UInt64 = 0

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    /// The next identifier: `prefix` and 18 letters and digits.
    mutating func next(_ prefix: StaticString) -> String {
        count += 1
        return "\(prefix)" + text([(count, 8), (random.next(), 10)])
    }

    /// 24 letters and digits that nobody can guess from an identifier.
    mutating func secret() -> String {
        text([(random.next(), 10), (random.next(), 10), (random.next(), 4)])
    }

    /// The last so many digits of each number.
    private func text(_ numbers: [(number: UInt64, digits: Int)]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(24)
        for (number, digits) in numbers {
            var rest = number
            for _ in 0..<digits {
                text.append(Self.alphabet[Int(rest % 62)])
                rest /= 62
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let alphabet = Array(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8
    )
}
