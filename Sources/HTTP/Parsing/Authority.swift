/// `host [":" port]`, as in a Host field or a target (RFC 3986 section 3.2, RFC 9110 section 7.2).
enum Authority {
    /// Whether `range` is an authority with a host, without user information, and with a port of
    /// 1 to 65535 when it has or needs one.
    static func isValid(_ bytes: Span<UInt8>, _ range: Range<Int>, needsPort: Bool) -> Bool {
        guard let endOfHost = endOfHost(bytes, range) else { return false }
        if endOfHost == range.upperBound { return !needsPort }
        guard bytes[endOfHost] == UInt8(ascii: ":") else { return false }
        let port = endOfHost + 1..<range.upperBound
        if port.isEmpty { return !needsPort }  // RFC 3986: port = *DIGIT
        var number = 0
        for index in port {
            guard ASCII.isDigit(bytes[index]) else { return false }
            number = number * 10 + Int(bytes[index] - 0x30)
            if number > 65_535 { return false }
        }
        return number > 0
    }

    /// Where the host ends; nil when it is empty or not valid.
    private static func endOfHost(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        guard let first = range.first else { return nil }
        if bytes[first] == UInt8(ascii: "[") {
            guard
                let close = bytes.firstIndex(of: UInt8(ascii: "]"), in: range),
                isIPv6(bytes, first + 1..<close)
            else { return nil }
            return close + 1
        }
        let end = bytes.end(of: ASCII.registeredName, in: range)
        guard end > first, HTTPRequestHead.escapesAreComplete(bytes, first..<end) else {
            return nil
        }
        return end
    }
}
