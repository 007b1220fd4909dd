/// Base 64 with `+`, `/` and padding (RFC 4648 section 4).
package enum Base64 {
    package static func encode(_ bytes: [UInt8]) -> String {
        Base64Coding.standard.encode(bytes)
    }

    /// The bytes that `text` encodes; nil unless it is the one canonical spelling of them: padded,
    /// no white space, unused bits zero.
    package static func decode(_ text: String) -> [UInt8]? {
        Base64Coding.standard.decode(text)
    }
}

/// Base 64 for URLs and names: `-`, `_` and no padding (RFC 4648 section 5).
package enum Base64URL {
    package static func encode(_ bytes: [UInt8]) -> String {
        Base64Coding.url.encode(bytes)
    }

    /// The bytes that `text` encodes; nil unless it is the one canonical spelling of them.
    package static func decode(_ text: String) -> [UInt8]? {
        Base64Coding.url.decode(text)
    }
}

private struct Base64Coding {
    let symbol62: UInt8
    let symbol63: UInt8
    let isPadded: Bool

    static let standard = Base64Coding(
        symbol62: UInt8(ascii: "+"),
        symbol63: UInt8(ascii: "/"),
        isPadded: true
    )
    static let url = Base64Coding(
        symbol62: UInt8(ascii: "-"),
        symbol63: UInt8(ascii: "_"),
        isPadded: false
    )
    static let padding = UInt8(ascii: "=")

    func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            bits <<= UInt32(8 * (3 - group.count))
            for index in 0...group.count {
                text.append(symbol(UInt8(truncatingIfNeeded: bits >> UInt32(18 - 6 * index)) & 63))
            }
            if isPadded {
                text.append(contentsOf: repeatElement(Self.padding, count: 3 - group.count))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    func decode(_ text: String) -> [UInt8]? {
        var symbols = Array(text.utf8)[...]
        if isPadded {
            guard symbols.count.isMultiple(of: 4) else { return nil }
            if symbols.last == Self.padding { symbols.removeLast() }
            if symbols.last == Self.padding { symbols.removeLast() }
        }
        guard symbols.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(symbols.count * 3 / 4)
        var bits: UInt32 = 0
        var bitCount = 0
        for symbol in symbols {
            guard let value = value(symbol) else { return nil }
            bits = bits << 6 | UInt32(value)
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
            }
        }
        // Bits that no byte uses must be zero, or two texts would mean the same bytes.
        guard bits & (1 << UInt32(bitCount) - 1) == 0 else { return nil }
        return bytes
    }

    private func symbol(_ value: UInt8) -> UInt8 {
        switch value {
        case 0..<26: UInt8(ascii: "A") + value
        case 26..<52: UInt8(ascii: "a") + value - 26
        case 52..<62: UInt8(ascii: "0") + value - 52
        case 62: symbol62
        default: symbol63
        }
    }

    private func value(_ symbol: UInt8) -> UInt8? {
        switch symbol {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): symbol - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): symbol - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): symbol - UInt8(ascii: "0") + 52
        case symbol62: 62
        case symbol63: 63
        default: nil
        }
    }
}
