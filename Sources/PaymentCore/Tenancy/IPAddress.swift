/// An IPv4 or IPv6 address as 128 bits; IPv4 is kept in its IPv4-mapped form, so that `10.0.0.1`
/// and `::ffff:10.0.0.1` are the same client.
package struct IPAddress: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    /// Reads dotted quads and RFC 4291 section 2.2 text, also in brackets and followed by a port,
    /// as proxies write it; nil for anything else.
    package init?(_ text: some StringProtocol) {
        let bare = Self.withoutPort(Substring(text))
        if let quad = Self.quad(bare) {
            self.init(mapped: quad)
        } else if let (high, low) = Self.groups(bare) {
            self.init(high: high, low: low)
        } else {
            return nil
        }
    }

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    private init(mapped quad: UInt32) {
        self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(quad))
    }

    package var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

    private static func withoutPort(_ text: Substring) -> Substring {
        if text.first == "[", let end = text.firstIndex(of: "]") {
            return text[text.index(after: text.startIndex)..<end]
        }
        // One colon cannot be IPv6, so it separates a port.
        guard let colon = text.firstIndex(of: ":"), colon == text.lastIndex(of: ":") else {
            return text
        }
        return text[..<colon]
    }

    private static func quad(_ text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.first != 0x30 || part == "0",
                part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let octet = UInt8(part)
            else { return nil }
            value = value << 8 | UInt32(octet)
        }
        return value
    }

    private static func groups(_ text: Substring) -> (UInt64, UInt64)? {
        var text = text
        var tail: [UInt16] = []
        if text.contains(".") {
            guard let colon = text.lastIndex(of: ":"),
                let quad = quad(text[text.index(after: colon)...])
            else { return nil }
            tail = [UInt16(truncatingIfNeeded: quad >> 16), UInt16(truncatingIfNeeded: quad)]
            text = text[...colon]
            // The colon that stood before the quad goes too, unless it is half of "::".
            if !text.hasSuffix("::") { text.removeLast() }
        }
        let halves = split(text)
        guard let head = hexadecimal(halves.head), let rest = hexadecimal(halves.rest ?? "") else {
            return nil
        }
        let behind = rest + tail
        let zeros = 8 - head.count - behind.count
        guard halves.rest == nil ? zeros == 0 : zeros > 0 else { return nil }
        let words = head + Array(repeating: 0, count: zeros) + behind
        return (
            words[..<4].reduce(0) { $0 << 16 | UInt64($1) },
            words[4...].reduce(0) { $0 << 16 | UInt64($1) }
        )
    }

    private static func split(_ text: Substring) -> (head: Substring, rest: Substring?) {
        guard let gap = text.firstRange(of: "::") else { return (text, nil) }
        return (text[..<gap.lowerBound], text[gap.upperBound...])
    }

    private static func hexadecimal(_ text: Substring) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var words: [UInt16] = []
        for part in text.split(separator: ":", omittingEmptySubsequences: false) {
            guard (1...4).contains(part.utf8.count), part.utf8.first != UInt8(ascii: "+"),
                let word = UInt16(part, radix: 16)
            else { return nil }
            words.append(word)
        }
        return words.count <= 8 ? words : nil
    }
}

/// A range of addresses in CIDR notation, for example `10.0.0.0/8`.
package struct IPNetwork: Hashable, Sendable {
    package let address: IPAddress
    /// Leading bits of the 128 that must agree.
    package let prefix: Int

    /// Reads `address/bits` or a single address; nil for anything else.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(first) else { return nil }
        let width = address.isIPv4 ? 32 : 128
        guard let bits = parts.count == 2 ? Int(parts[1]) : width, (0...width).contains(bits)
        else { return nil }
        self.address = address
        prefix = 128 - width + bits
    }

    package func contains(_ other: IPAddress) -> Bool {
        let highBits = min(prefix, 64)
        let lowBits = prefix - highBits
        return (address.high ^ other.high) & Self.mask(highBits) == 0
            && (address.low ^ other.low) & Self.mask(lowBits) == 0
    }

    private static func mask(_ bits: Int) -> UInt64 {
        bits == 0 ? 0 : ~0 << UInt64(64 - bits)
    }
}

extension IPAddress: CustomStringConvertible {
    /// A dotted quad, or eight groups of RFC 4291 section 2.2 without the short form.
    package var description: String {
        guard isIPv4 else {
            return [high, low].flatMap { half in
                [48, 32, 16, 0].map { String(UInt16(truncatingIfNeeded: half >> $0), radix: 16) }
            }.joined(separator: ":")
        }
        return [24, 16, 8, 0].map { String(UInt8(truncatingIfNeeded: low >> $0)) }
            .joined(separator: ".")
    }
}

extension IPNetwork: CustomStringConvertible {
    package var description: String {
        "\(address)/\(address.isIPv4 ? prefix - 96 : prefix)"
    }
}
