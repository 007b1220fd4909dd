import Cryptography
import Testing

@testable import Simulators

/// The vectors of section 5.1.
struct PayPalSignatureTests {
    private func transmission(
        _ body: String,
        webhook: String = "1JE4291016473214C"
    )
        -> PayPal
        .Transmission
    {
        PayPal.Transmission(
            id: "103e3700-8b0c-11e6-8695-6b62a8a99ac4",
            time: "2025-01-01T00:00:01Z",
            webhookID: webhook,
            body: body.utf8
        )
    }

    @Test func `the checksum is that of zlib`() {
        #expect(PayPal.CRC32.checksum(of: "123456789".utf8) == 3_421_780_262)
        #expect(PayPal.CRC32.checksum(of: "".utf8) == 0)
    }

    @Test func `the signed message is the documented one`() {
        let body = PayPalFixture.signedBody
        #expect(body.utf8.count == 333)
        #expect(
            Hex.encode(Digest.sha256.hash(body))
                == "255317cb34c486c0395dd2497d9494fe2d30a3cdd00f959813409ef61e1a5bf5"
        )
        let signed = transmission(body)
        #expect(signed.checksum == 1_786_493_721)
        #expect(
            signed.message
                == "103e3700-8b0c-11e6-8695-6b62a8a99ac4|2025-01-01T00:00:01Z|1JE4291016473214C"
                + "|1786493721"
        )
        #expect(
            Hex.encode(Digest.sha256.hash(signed.message))
                == "1cf78630bfe62e820f88edb7c76ecf44ca80a03c039d651cfac20ece490b2c4a"
        )
    }

    @Test func `a signature holds for its message alone, under the authority's leaf`() throws {
        let identity = PayPal.SigningIdentity.shared
        let body = PayPalFixture.signedBody
        let message = transmission(body).message
        let signature = identity.sign(message)
        #expect(signature.count == 344)
        #expect(identity.verify(signature, of: message))
        let other = transmission(body, webhook: "1JE4291016473214D").message
        #expect(!identity.verify(signature, of: other))
        let changed = transmission(body.replacing("10.99", with: "10.98")).message
        #expect(!identity.verify(signature, of: changed))
        #expect(!identity.verify("", of: message))
        try TrustAnchors.only([identity.authority]).verify(
            [identity.leaf],
            at: WallClock.unixTime
        )
        #expect(identity.leaf.names == ["messageverificationcerts.sandbox.paypal.com"])
    }

    @Test func `a transmission keeps its identifier over all tries`() {
        let first = PayPal.Transmission.id(event: "WH-1", endpoint: 0)
        #expect(first == PayPal.Transmission.id(event: "WH-1", endpoint: 0))
        #expect(first != PayPal.Transmission.id(event: "WH-1", endpoint: 1))
        #expect(first.wholeMatch(of: /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/) != nil)
    }

    @Test(arguments: [
        (#"{"a":1,"b": {"c":[1,"}"]} ,"d":2}"#, "b", #"{"c":[1,"}"]}"#),
        (#"{ "a" : {"b":5}, "b" : "x\"y" }"#, "b", #""x\"y""#),
        (#"{"x":"b","b":null}"#, "b", "null"),
        (#"{"x":{"b":1}}"#, "b", nil),
        (#"{"x":["b",{"b":1}],"b":7}"#, "b", "7"),
    ])
    func `a member is found in its very bytes`(json: String, name: String, value: String?) {
        let found = RawMember.value(of: name, in: Array(json.utf8))
        #expect(found.map { String(decoding: $0, as: UTF8.self) } == value)
    }
}
