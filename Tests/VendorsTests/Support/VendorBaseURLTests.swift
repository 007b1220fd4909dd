import Testing
import Vendors

@Suite struct VendorBaseURLTests {
    @Test(arguments: [
        ("https://api.stripe.com", "https://api.stripe.com"),
        ("https://api.stripe.com/", "https://api.stripe.com"),
        ("https://proxy.example:8443/stripe//", "https://proxy.example:8443/stripe"),
        ("https://[2001:db8::1]:443", "https://[2001:db8::1]:443"),
        ("http://localhost", "http://localhost"),
        ("http://LOCALHOST:4010", "http://LOCALHOST:4010"),
        ("http://sim.localhost:4010", "http://sim.localhost:4010"),
        ("http://127.0.0.1:4010/stripe", "http://127.0.0.1:4010/stripe"),
        ("http://127.9.8.7", "http://127.9.8.7"),
        ("http://[::1]:4010", "http://[::1]:4010"),
        ("http://stripe:12111", "http://stripe:12111"),
    ])
    func `a place to reach a vendor at`(text: String, kept: String) {
        #expect(VendorBaseURL(text)?.text == kept)
    }

    @Test(arguments: [
        "", "api.stripe.com", "ftp://localhost", "https://", "https:///v1", "HTTPS://x.example",
        "http://api.stripe.com", "http://127.example.com", "http://127.0.0.1.example.com",
        "http://127.0.0", "http://127.0.0.256", "http://10.0.0.1", "http://[::2]",
        "http://localhost@evil.example", "https://user:pass@x.example", "https://x.example?a=b",
        "https://x.example#f", "https://x.example/ a", "https://x.example\n", "https://x.example:",
        "https://x.example:0", "https://x.example:65536", "https://x.example:+1",
        "https://x.example:4a", "https://[::1", "https://[::1]x", "https://x.example\\@evil",
    ])
    func `anything else is refused`(text: String) {
        #expect(VendorBaseURL(text) == nil)
    }
}
