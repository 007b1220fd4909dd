internal import Cryptography

/// The id under which one request is found in logs and answers.
enum RequestID {
    /// Long enough for every scheme in use, short enough for a log line.
    private static let longest = 128

    /// `text` when it can be repeated in a log and a field: visible ASCII without quotes.
    static func accepted(_ text: String) -> String? {
        let isFit =
            !text.isEmpty && text.utf8.count <= longest
            && text.utf8.allSatisfy {
                $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
            }
        return isFit ? text : nil
    }

    /// 128 random bits in hexadecimal.
    static func make() -> String {
        let generator = BufferedRandom()
        let halves = (generator.next(), generator.next())
        return unsafe String(unsafeUninitializedCapacity: 32) { text in
            for index in 0..<16 {
                let shift = UInt64(60 - 4 * index)
                unsafe text[index] = digit(halves.0 >> shift)
                unsafe text[16 + index] = digit(halves.1 >> shift)
            }
            return 32
        }
    }

    private static func digit(_ value: UInt64) -> UInt8 {
        let value = UInt8(value & 15)
        return value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
    }
}
