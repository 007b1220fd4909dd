import HTTP
import PaymentCore
import Testing

@testable import PaymentAPI

struct TrustedProxiesTests {
    @Test(arguments: [
        // Nobody is trusted: the peer is the client, whatever it says.
        ([String](), "203.0.113.1", ["198.51.100.7"], "203.0.113.1"),
        // One proxy: what it appended is true, what came before is hearsay.
        (["10.0.0.0/8"], "10.0.0.1", ["1.2.3.4, 198.51.100.7"], "198.51.100.7"),
        // A chain of proxies in several fields, read from the right.
        (["10.0.0.0/8"], "10.0.0.1", ["1.2.3.4", "198.51.100.7, 10.0.0.2"], "198.51.100.7"),
        // An untrusted peer's header is not believed.
        (["10.0.0.0/8"], "203.0.113.1", ["198.51.100.7"], "203.0.113.1"),
        // What is no address ends the chain.
        (["10.0.0.0/8"], "10.0.0.1", ["unknown, 10.0.0.2"], "10.0.0.2"),
        // Everything trusted: the farthest.
        (["10.0.0.0/8"], "10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
    ])
    func `the client is the nearest address that no trusted proxy vouches for`(
        trusted: [String],
        peer: String,
        forwarded: [String],
        expected: String
    ) {
        let proxies = TrustedProxies(trusted.compactMap { IPNetwork($0) })
        var fields = HTTPFields()
        for value in forwarded { fields.append("X-Forwarded-For", value) }
        // Not what these proxies write: whoever sent it, it is not read.
        fields.append("Forwarded", "for=192.0.2.1")
        #expect(proxies.client(peer: peer, fields: fields) == IPAddress(expected))
    }

    @Test(arguments: [
        (["for=198.51.100.7"], "198.51.100.7"),
        (["for=1.2.3.4, For=\"198.51.100.7:4711\";proto=https;by=10.0.0.1"], "198.51.100.7"),
        (["for=198.51.100.7", "proto=http; for=\"[2001:db8::1]:443\""], "2001:db8::1"),
        (["for=198.51.100.7, for=10.0.0.2"], "198.51.100.7"),
        // Hidden, unknown or left out: the chain ends.
        (["for=198.51.100.7, for=_hidden"], "10.0.0.1"),
        (["for=198.51.100.7, for=unknown, for=10.0.0.2"], "10.0.0.2"),
        (["for=198.51.100.7, proto=https"], "10.0.0.1"),
        // A separator in quotes separates nothing.
        (["for=\"1.2.3.4, for=192.0.2.1\""], "10.0.0.1"),
        ([], "10.0.0.1"),
    ])
    func `the standard's field is read from the right, too`(
        forwarded: [String],
        expected: String
    ) throws {
        let network = try #require(IPNetwork("10.0.0.0/8"))
        let proxies = TrustedProxies([network], field: .forwarded)
        var fields: HTTPFields = ["X-Forwarded-For": "192.0.2.1"]
        for value in forwarded { fields.append("Forwarded", value) }
        #expect(proxies.client(peer: "10.0.0.1", fields: fields) == IPAddress(expected))
    }
}
