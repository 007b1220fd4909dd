/// The proxies in front of the service whose word about a client's address is believed.
package struct TrustedProxies: Sendable {
    private let networks: [IPNetwork]

    package init(_ networks: [IPNetwork] = []) {
        self.networks = networks
    }

    /// The address that stands for the client: the peer, or, when that is a trusted proxy, the
    /// nearest untrusted address of `X-Forwarded-For`, read from the right, because only what
    /// trusted proxies appended is true. An entry that is no address ends the chain.
    package func client(peer: String, forwarded: [String]) -> IPAddress? {
        guard var nearest = IPAddress(peer) else { return nil }
        guard !networks.isEmpty, !forwarded.isEmpty else { return nearest }
        let hops = forwarded.flatMap { $0.split(separator: ",") }
        for hop in hops.reversed().prefix(32) {
            guard isTrusted(nearest), let next = IPAddress(Self.trimmed(hop)) else { break }
            nearest = next
        }
        return nearest
    }

    private func isTrusted(_ address: IPAddress) -> Bool {
        networks.contains { $0.contains(address) }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
