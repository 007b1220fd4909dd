/// Where a vendor is reached: `https://host[:port][/path]`, or plain `http` when the host is this
/// very machine or a bare name as container networks give, where simulators listen: no vendor is
/// reached by a name without a dot. Kept without a trailing slash.
package struct VendorBaseURL: Sendable, Hashable {
    package let text: String

    /// Nil for anything else: user info, query, fragment, white space, `http` to another machine.
    package init?(_ text: String) {
        let plain = "http://"
        let isPlain = text.hasPrefix(plain)
        guard isPlain || text.hasPrefix("https://"),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !text.utf8.contains(where: { "?#@\\%\"<>^`{|}".utf8.contains($0) })
        else { return nil }
        let rest = text.dropFirst(isPlain ? plain.count : plain.count + 1)
        let authority = rest.prefix { $0 != "/" }
        guard let host = Self.host(of: authority) else { return nil }
        guard !isPlain || Self.isLoopback(host) || Self.isBareName(host) else { return nil }
        var trimmed = Substring(text)
        while trimmed.hasSuffix("/") { trimmed.removeLast() }
        self.text = String(trimmed)
    }

    /// The host of `host[:port]` or `[address]:port`; nil when either is malformed.
    private static func host(of authority: Substring) -> Substring? {
        let host: Substring
        let rest: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[...end]
            rest = authority[authority.index(after: end)...]
        } else {
            host = authority.prefix { $0 != ":" }
            rest = authority[host.endIndex...]
        }
        guard !host.isEmpty else { return nil }
        if rest.isEmpty { return host }
        let digits = rest.dropFirst()
        guard rest.first == ":", digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(digits), port > 0
        else { return nil }
        return host
    }

    /// One label that begins with a letter, so that it is neither an address nor a public name.
    private static func isBareName(_ host: Substring) -> Bool {
        guard let first = host.utf8.first else { return false }
        return (0x61...0x7A).contains(first | 0x20) && !host.contains(".") && !host.contains("[")
    }

    private static func isLoopback(_ host: Substring) -> Bool {
        let name = host.lowercased()
        if name == "localhost" || name.hasSuffix(".localhost") || name == "[::1]" { return true }
        // Four numbers, or a name like `127.example.com` would pass for this machine.
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
