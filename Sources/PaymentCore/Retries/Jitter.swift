/// Delays that spread what would happen together: the same identifier always gets the same one, so
/// that a decision can be repeated.
package enum Jitter {
    /// A delay from zero up to `limit`, drawn from an identifier.
    package static func delay<Kind>(
        for id: Identifier<Kind>,
        upTo limit: Duration
    ) -> Duration {
        delay(seed: id.uuid.high ^ id.uuid.low, upTo: limit)
    }

    /// A delay from zero up to `limit`, drawn from a text and a number.
    package static func delay(for text: String, _ number: Int, upTo limit: Duration) -> Duration {
        // FNV-1a: every byte counts.
        let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01B3
        }
        return delay(seed: hash ^ UInt64(truncatingIfNeeded: number), upTo: limit)
    }

    private static func delay(seed: UInt64, upTo limit: Duration) -> Duration {
        let microseconds = limit.microseconds
        guard microseconds > 0 else { return .zero }
        // SplitMix64's finish: neighbours get delays far apart.
        var mixed = seed &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return .microseconds(Int64(mixed % UInt64(microseconds + 1)))
    }
}
