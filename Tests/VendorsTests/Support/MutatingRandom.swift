/// A small generator that repeats exactly (SplitMix64), and changes bytes by what it draws.
struct MutatingRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A status, mostly that of a success.
    mutating func status() -> Int {
        [200, 200, 200, 201, 400, 402, 404, 409, 422, 429, 500][Int(next() % 11)]
    }

    /// Values that lie at an edge of what a field may hold.
    private static let edges = [
        "null", "true", "\"\"", "[]", "{}", "-1", "0", "1.5", "1e400", "9223372036854775807",
        "-9223372036854775808", "9223372036854775808", "99999999999999999999", "\"isk\"", "\"mga\"",
        "\"\\u0000\"",
    ]

    /// `bytes` with one to four changes: a byte, a cut, a repetition, or a value at the edge.
    mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...Int(next() % 4) where !bytes.isEmpty {
            let place = Int(next() % UInt64(bytes.count))
            switch next() % 6 {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: next())
            case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int(next() % 16)))
            case 2: bytes.insert(contentsOf: bytes[place...].prefix(Int(next() % 64)), at: place)
            default: replaceValue(after: place, in: &bytes)
            }
        }
        return bytes
    }

    /// Puts an edge value where the next scalar stands, so that the text mostly stays JSON.
    private mutating func replaceValue(after place: Int, in bytes: inout [UInt8]) {
        guard let colon = bytes[place...].firstIndex(of: UInt8(ascii: ":")) else { return }
        let start = colon + 1
        let end =
            bytes[start...].firstIndex { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "}") }
            ?? bytes.endIndex
        let edge = Self.edges[Int(next() % UInt64(Self.edges.count))]
        bytes.replaceSubrange(start..<end, with: Array(edge.utf8))
    }
}
