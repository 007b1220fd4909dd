/// A UUID version 7 (RFC 9562 section 5.7) as two words: 48 bits of Unix milliseconds, then random.
package struct UUID7: Hashable, Sendable, Comparable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Builds one from a time and 74 random bits, setting the version and variant fields.
    package init(milliseconds: UInt64, randomHigh: UInt64, randomLow: UInt64) {
        high = (milliseconds << 16) | 0x7000 | (randomHigh & 0x0FFF)
        low = (randomLow & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
    }

    package static func < (left: UUID7, right: UUID7) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension UUID7 {
    // Crockford's base 32 in lower case: no i, l, o, u, and byte order is value order.
    private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// The number of characters of ``text``.
    package static let textLength = 26

    /// 26 base-32 characters whose order is the order of the values.
    package var text: String {
        var characters: [UInt8] = []
        characters.reserveCapacity(Self.textLength)
        write(to: &characters)
        return String(decoding: characters, as: UTF8.self)
    }

    /// Appends the bytes of ``text``.
    package func write(to bytes: inout [UInt8]) {
        let digits = Self.digits
        for index in stride(from: Self.textLength - 1, through: 0, by: -1) {
            let shift = UInt64(5 * index)
            let bits =
                shift >= 64
                ? high >> (shift - 64) : (low >> shift) | (shift == 0 ? 0 : high << (64 - shift))
            bytes.append(digits[Int(bits & 31)])
        }
    }

    /// Reads what ``text`` wrote; nil for any other length, character or an overflowing value.
    package init?(text: some StringProtocol) {
        guard text.utf8.count == Self.textLength else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for byte in text.utf8 {
            guard let digit = Self.value(of: byte), high >> 59 == 0 else { return nil }
            high = (high << 5) | (low >> 59)
            low = (low << 5) | UInt64(digit)
        }
        self.init(high: high, low: low)
    }

    private static func value(of byte: UInt8) -> UInt8? {
        guard let index = digits.firstIndex(of: byte) else { return nil }
        return UInt8(index)
    }
}
