import PaymentCore
import Testing

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
        ("10.0.0.7", "10.0.0.7/32"), ("10.0.0.0/8", "10.0.0.0/8"),
        ("2001:db8::/32", "2001:db8:0:0:0:0:0:0/32"), ("::1", "0:0:0:0:0:0:0:1/128"),
    ])
    func `a network is written so that it reads as itself`(text: String, written: String) throws {
        let network = try #require(IPNetwork(text))
        #expect(network.description == written)
        #expect(IPNetwork(written) == network)
    }
}
