import Cryptography
import Testing

@Suite struct EncodingTests {
    @Test(arguments: [
        ("", "", ""), ("f", "Zg==", "Zg"), ("fo", "Zm8=", "Zm8"), ("foo", "Zm9v", "Zm9v"),
        ("foob", "Zm9vYg==", "Zm9vYg"), ("fooba", "Zm9vYmE=", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy", "Zm9vYmFy"),
    ])
    func `base 64 matches RFC 4648`(text: String, padded: String, bare: String) {
        let bytes = Array(text.utf8)
        #expect(Base64.encode(bytes) == padded)
        #expect(Base64.decode(padded) == bytes)
        #expect(Base64URL.encode(bytes) == bare)
        #expect(Base64URL.decode(bare) == bytes)
    }

    @Test func `the alphabets differ in two symbols`() {
        #expect(Base64.encode([0xFB, 0xFF]) == "+/8=")
        #expect(Base64URL.encode([0xFB, 0xFF]) == "-_8")
        #expect(Base64.decode("-_8=") == nil)
        #expect(Base64URL.decode("+/8") == nil)
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "=", "====", "Zg==Zg==", "Zm 9", "Zg==\n",
    ])
    func `a second spelling of the same bytes is refused`(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test(arguments: ["Z", "Zh", "Zg==", "Zm9", "Zm9vY"])
    func `bare base 64 is refused when incomplete, padded or with stray bits`(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test func `every byte survives every encoding`() {
        for count in 0..<64 {
            let bytes = SecureRandom.bytes(count)
            #expect(Hex.decode(Hex.encode(bytes)) == bytes)
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
        let all = Array(UInt8.min...UInt8.max)
        #expect(Hex.decode(Hex.encode(all)) == all)
        #expect(Hex.decode(Hex.encode(all).uppercased()) == all)
    }

    @Test(arguments: ["0", "0g", "0x", " 00", "é"])
    func `what is not hexadecimal is refused`(text: String) {
        #expect(Hex.decode(text) == nil)
    }
}

@Suite struct SecretTests {
    private let secret = Secret("sk_live_4242")

    @Test func `a secret shows itself nowhere`() {
        var dumped = ""
        dump(secret, to: &dumped)
        let shown = ["\(secret)", String(reflecting: secret), "\([secret])", dumped]
        for text in shown {
            #expect(!text.contains("4242") && text.contains("•••"))
        }
    }

    @Test func `a secret is what it was made of`() {
        #expect(secret.revealText() == "sk_live_4242")
        #expect(secret == Secret(Array("sk_live_4242".utf8)))
        #expect(secret != Secret("sk_live_4243"))
        #expect(secret.byteCount == 12 && !secret.isEmpty && Secret("").isEmpty)
    }

    @Test func `what was revealed outlives the secret`() {
        var secret: Secret? = Secret([1, 2, 3])
        let bytes = secret?.reveal()
        secret = nil
        #expect(bytes == [1, 2, 3])
    }

    @Test func `constant time compare is equality`() {
        #expect(constantTimeEquals("", ""))
        #expect(constantTimeEquals("abc", "abc"))
        #expect(!constantTimeEquals("abc", "abd"))
        #expect(!constantTimeEquals("abc", "abcd"))
    }

    @Test func `random bytes do not repeat`() {
        #expect(SecureRandom.bytes(0).isEmpty)
        #expect(Set((0..<100).map { _ in SecureRandom.bytes(16) }).count == 100)
    }
}
