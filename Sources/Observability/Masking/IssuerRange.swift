/// The ranges of leading six digits that card networks issue from.
///
/// Wide on purpose: a number that is refused or masked without need costs little, a card number
/// that is stored costs the audit. Sources: the networks' published ranges.
enum IssuerRange {
    /// Whether a number that begins with the six digits `prefix` can be a card's.
    static func contains(_ prefix: Int) -> Bool {
        all.contains { $0.contains(prefix) }
    }

    private static let all: [ClosedRange<Int>] = [
        220_000...220_499,  // Mir
        222_100...272_099,  // Mastercard, 2-series
        300_000...305_999, 309_500...309_599, 360_000...369_999, 380_000...399_999,  // Diners Club
        340_000...349_999, 370_000...379_999,  // American Express
        352_800...358_999,  // JCB
        400_000...499_999,  // Visa; Elo and Dankort lie within
        500_000...509_999,  // Maestro, Elo, RuPay, Verve, Dankort
        510_000...559_999,  // Mastercard
        561_400...561_499,  // Uzcard
        560_000...589_999,  // Maestro
        600_000...609_999,  // RuPay, Hipercard
        601_100...601_199, 644_000...659_999,  // Discover, RuPay, Elo
        620_000...629_999, 810_000...819_999,  // UnionPay
        630_000...639_999, 670_000...679_999,  // Maestro
        860_000...860_099,  // Uzcard
        911_200...911_299,  // Belkart
        979_200...979_299,  // Troy
        986_000...986_099,  // Humo
    ]
}
