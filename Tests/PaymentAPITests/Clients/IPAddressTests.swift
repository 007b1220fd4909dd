import Testing

@testable import PaymentAPI

struct IPAddressTests {
    @Test(arguments: [
        ("10.0.0.1", "::ffff:10.0.0.1"),
        ("10.0.0.1:8080", "10.0.0.1"),
        ("[2001:db8::1]:443", "2001:db8:0:0:0:0:0:1"),
        ("2001:DB8::1", "2001:db8::1"),
        ("::", "0:0:0:0:0:0:0:0"),
        ("1::", "1:0:0:0:0:0:0:0"),
        ("64:ff9b::192.0.2.1", "64:ff9b::c000:201"),
    ])
    func `spellings of one address are one address`(one: String, other: String) throws {
        #expect(try #require(IPAddress(one)) == #require(IPAddress(other)))
    }

    @Test(arguments: [
        "", "10.0.0", "10.0.0.256", "10.0.0.01", "10.0.0.1.2", "a.b.c.d", ":::", "1::2::3",
        "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "::g", "unknown", "+1::",
    ])
    func `what is no address is refused`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true),
        ("10.0.0.0/8", "11.0.0.1", false),
        ("10.0.0.7", "10.0.0.7", true),
        ("10.0.0.7", "10.0.0.8", false),
        ("0.0.0.0/0", "203.0.113.9", true),
        ("0.0.0.0/0", "2001:db8::1", false),
        ("2001:db8::/32", "2001:db8:ffff::1", true),
        ("2001:db8::/65", "2001:db8:0:0:8000::1", false),
        ("::/0", "10.0.0.1", true),
    ])
    func `a network holds its addresses`(network: String, address: String, holds: Bool) throws {
        let network = try #require(IPNetwork(network))
        #expect(network.contains(try #require(IPAddress(address))) == holds)
    }

    @Test(arguments: ["10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "/8", "::/129"])
    func `what is no network is refused`(text: String) {
        #expect(IPNetwork(text) == nil)
    }

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
        #expect(proxies.client(peer: peer, forwarded: forwarded) == IPAddress(expected))
    }
}
