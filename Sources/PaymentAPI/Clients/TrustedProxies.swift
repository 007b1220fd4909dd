package import HTTP
package import PaymentCore

/// The proxies in front of the service whose word about a client's address is believed.
package struct TrustedProxies: Sendable {
    /// The one field that the proxies write. Another, which they would pass on as a client wrote it,
    /// is not read.
    package enum Field: String, Sendable, CaseIterable {
        case xForwardedFor = "x-forwarded-for"
        /// RFC 7239.
        case forwarded
    }

    private let networks: [IPNetwork]
    private let field: Field

    package init(_ networks: [IPNetwork] = [], field: Field = .xForwardedFor) {
        self.networks = networks
        self.field = field
    }

    /// The address that stands for the client: the peer, or, when that is a trusted proxy, the
    /// nearest untrusted address of the proxies' field, read from the right, because only what
    /// trusted proxies appended is true. An entry that is not an address ends the chain.
    package func client(peer: String, fields: HTTPFields) -> IPAddress? {
        guard var nearest = IPAddress(peer) else { return nil }
        guard !networks.isEmpty else { return nearest }
        for hop in hops(in: fields).reversed().prefix(32) {
            guard isTrusted(nearest), let next = IPAddress(hop) else { break }
            nearest = next
        }
        return nearest
    }

    private func isTrusted(_ address: IPAddress) -> Bool {
        networks.contains { $0.contains(address) }
    }

    /// As they are written, including those that name no address.
    private func hops(in fields: HTTPFields) -> [Substring] {
        switch field {
        case .xForwardedFor:
            fields.values("X-Forwarded-For").flatMap { $0.split(separator: ",") }
                .map(Self.trimmed)
        case .forwarded:
            fields.values("Forwarded").flatMap { Self.parts(of: Substring($0), at: ",") }
                .map(Self.address(of:))
        }
    }

    /// The `for` of one element (RFC 7239 section 4), without its quotes; empty when it has none.
    private static func address(of element: Substring) -> Substring {
        for pair in parts(of: element, at: ";") {
            guard let equals = pair.firstIndex(of: "="),
                trimmed(pair[..<equals]).lowercased() == "for"
            else { continue }
            let value = trimmed(pair[pair.index(after: equals)...])
            guard value.count >= 2, value.first == "\"", value.last == "\"" else { return value }
            return value.dropFirst().dropLast()
        }
        return ""
    }

    /// Split outside of quoted strings.
    private static func parts(of text: Substring, at separator: Character) -> [Substring] {
        var isQuoted = false
        return text.split(omittingEmptySubsequences: false) { character in
            if character == "\"" { isQuoted.toggle() }
            return character == separator && !isQuoted
        }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
