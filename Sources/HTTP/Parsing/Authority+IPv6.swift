extension Authority {
    /// Whether the bytes are an IPv6 address (RFC 3986 section 3.2.2): eight groups of up to four
    /// hexadecimal digits, the last two of which may be written as an IPv4 address, and `::` at most
    /// once, for the groups that are missing.
    static func isIPv6(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var groups = 0
        var isShortened = false
        var index = range.lowerBound
        if range.count >= 2, bytes.equals("::", in: index..<index + 2) {
            isShortened = true
            index += 2
        }
        while index < range.upperBound {
            let end = endOfGroup(bytes, index..<range.upperBound)
            if end < range.upperBound, bytes[end] == UInt8(ascii: ".") {
                guard isIPv4(bytes, index..<range.upperBound) else { return false }
                groups += 2
                break
            }
            guard (1...4).contains(end - index) else { return false }
            groups += 1
            if end == range.upperBound { break }
            // More follows a colon: another group, or nothing after a second one.
            index = end + 1
            guard bytes[end] == UInt8(ascii: ":"), index < range.upperBound else { return false }
            if bytes[index] == UInt8(ascii: ":") {
                guard !isShortened else { return false }
                isShortened = true
                index += 1
            }
        }
        return isShortened ? groups < 8 : groups == 8
    }

    /// Where the hexadecimal digits end that `range` begins with.
    private static func endOfGroup(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        var end = range.lowerBound
        while end < range.upperBound, ASCII.hexadecimal(bytes[end]) != nil { end += 1 }
        return end
    }

    /// Whether the bytes are four numbers of 0 to 255 without leading zeros.
    private static func isIPv4(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var octets = 0
        var start = range.lowerBound
        while true {
            let dot = bytes.firstIndex(of: UInt8(ascii: "."), in: start..<range.upperBound)
            guard isOctet(bytes, start..<(dot ?? range.upperBound)) else { return false }
            octets += 1
            guard let dot else { return octets == 4 }
            start = dot + 1
        }
    }

    private static func isOctet(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard (1...3).contains(range.count) else { return false }
        var number = 0
        for index in range {
            guard ASCII.isDigit(bytes[index]) else { return false }
            number = number * 10 + Int(bytes[index] - 0x30)
        }
        return number <= 255 && (range.count == 1 || bytes[range.lowerBound] != 0x30)
    }
}
