import Cryptography
import Testing

/// Keys are made by the tests: none is kept in the repository.
struct CertificateTests {
    private static let now: Int64 = 1_735_689_601
    private static let year = (now - 86_400)...(now + 365 * 86_400)
    private static let name = "messageverificationcerts.sandbox.example.com"

    /// The steps of a vendor's reference: a root, a leaf for one name, a signature.
    private struct Chain {
        let authority: CertificateAuthority
        let key: RSAPrivateKey
        let leaf: X509Certificate

        init(leafValidity: ClosedRange<Int64> = year) throws {
            authority = try CertificateAuthority(name: "Test Root CA", validity: year)
            key = try RSAPrivateKey.generate()
            leaf = try authority.issue(to: name, for: key, validity: leafValidity)
        }
    }

    private let message = Array(
        "103e3700-8b0c-11e6-8695-6b62a8a99ac4|2025-01-01T00:00:01Z|1JE4291016473214C|1786493721"
            .utf8
    )

    @Test func `a signature is verified by the leaf, whose chain leads to the anchor`() throws {
        let chain = try Chain()
        let signature = try chain.key.sign(message)
        #expect(Base64.encode(signature).count == 344)
        #expect(chain.leaf.verify(signature, of: message))
        try TrustAnchors.only([chain.authority.certificate]).verify([chain.leaf], at: Self.now)
        #expect(chain.leaf.names == [Self.name])
        #expect(chain.leaf.validity == Self.year)
        #expect(chain.authority.certificate.names == ["Test Root CA"])
    }

    @Test func `nothing but the signed bytes under the right key verifies`() throws {
        let chain = try Chain()
        let signature = try chain.key.sign(message)
        var other = message
        other[60] ^= 1
        #expect(!chain.leaf.verify(signature, of: other))
        #expect(!chain.leaf.verify(signature, of: message, .sha1))
        #expect(!chain.leaf.verify([], of: message))
        var changed = signature
        changed[signature.count - 1] ^= 1
        #expect(!chain.leaf.verify(changed, of: message))
        #expect(!chain.authority.certificate.verify(signature, of: message))
        let sha1 = try chain.key.sign(message, .sha1)
        #expect(!chain.leaf.verify(sha1, of: message))
        #expect(chain.leaf.verify(sha1, of: message, .sha1))
    }

    @Test func `a chain is not trusted by another root, after its time, or by itself`() throws {
        let chain = try Chain()
        let other = try CertificateAuthority(name: "Test Root CA", validity: Self.year)
        let anchors = TrustAnchors.only([chain.authority.certificate])
        func isTrusted(_ anchors: TrustAnchors, _ leaf: [X509Certificate], at time: Int64) -> Bool {
            (try? anchors.verify(leaf, at: time)) != nil
        }
        #expect(isTrusted(anchors, [chain.leaf], at: Self.year.upperBound - 1))
        #expect(!isTrusted(.only([other.certificate]), [chain.leaf], at: Self.now))
        #expect(!isTrusted(.system, [chain.leaf], at: Self.now))
        #expect(!isTrusted(.only([]), [chain.leaf], at: Self.now))
        #expect(!isTrusted(anchors, [chain.leaf], at: Self.year.upperBound + 1))
        #expect(!isTrusted(anchors, [chain.leaf], at: Self.year.lowerBound - 1))
        #expect(!isTrusted(anchors, [], at: Self.now))
        let expired = try Chain(leafValidity: (Self.now - 10)...(Self.now - 1))
        let itsRoot = TrustAnchors.only([expired.authority.certificate])
        #expect(!isTrusted(itsRoot, [expired.leaf], at: Self.now))
        // What a root of the sender's own signed is not trusted because the root comes along.
        let root = chain.authority.certificate
        #expect(!isTrusted(.only([other.certificate]), [chain.leaf, root], at: Self.now))
    }

    @Test func `a remembered chain is believed under its own root and while all of it is valid`()
        throws
    {
        let chain = try Chain(leafValidity: (Self.now - 10)...(Self.now + 10))
        let other = try CertificateAuthority(name: "Test Root CA", validity: Self.year)
        let chains = VerifiedChains(capacity: 1)
        let pem = Array(chain.leaf.pem.utf8)
        func leaf(
            _ pem: [UInt8],
            under authority: CertificateAuthority,
            at time: Int64
        ) -> String? {
            let root = Array(authority.certificate.pem.utf8)
            return try? chains.leaf(of: pem, trusting: root, at: time).pem
        }
        for _ in 0..<2 {
            #expect(leaf(pem, under: chain.authority, at: Self.now) == chain.leaf.pem)
            #expect(leaf(pem, under: chain.authority, at: Self.now + 9) == chain.leaf.pem)
            #expect(leaf(pem, under: chain.authority, at: Self.now + 10) == nil)
            #expect(leaf(pem, under: chain.authority, at: Self.now - 11) == nil)
            #expect(leaf(pem, under: other, at: Self.now) == nil)
            #expect(leaf(Array("x".utf8), under: chain.authority, at: Self.now) == nil)
            #expect((try? chains.leaf(of: pem, trusting: nil, at: Self.now)) == nil)
            // Another chain takes its place.
            let second = try Chain()
            let secondPEM = Array(second.leaf.pem.utf8)
            #expect(leaf(secondPEM, under: second.authority, at: Self.now) == second.leaf.pem)
        }
    }

    @Test func `an anchor that ends ends its chains`() throws {
        let authority = try CertificateAuthority(
            name: "Test Root CA",
            validity: (Self.now - 10)...(Self.now + 5)
        )
        let leaf = try authority.issue(
            to: Self.name,
            for: try RSAPrivateKey.generate(),
            validity: Self.year
        )
        let anchors = TrustAnchors.only([authority.certificate])
        #expect(
            try anchors.verify([leaf], at: Self.now) == (Self.now - 10)..<(Self.now + 5)
        )
    }

    @Test func `a leaf may not act as an authority`() throws {
        let chain = try Chain()
        let key = try RSAPrivateKey.generate()
        let posing = try chain.authority.issue(to: "a.example.com", for: key, validity: Self.year)
        #expect(throws: CryptographyError.self) {
            try TrustAnchors.only([posing]).verify([chain.leaf], at: Self.now)
        }
    }

    @Test func `a chain is read from PEM in its order and nothing else is`() throws {
        let chain = try Chain()
        let root = chain.authority.certificate
        let text = "leaf:\n" + chain.leaf.pem + "\n" + root.pem
        let read = try X509Certificate.chain(pem: Array(text.utf8))
        #expect(read.map(\.pem) == [chain.leaf.pem, root.pem])
        let signature = try chain.key.sign(message)
        #expect(read[0].verify(signature, of: message))
        let broken = chain.leaf.pem.replacing("MII", with: "MIX")
        let eleven = String(repeating: chain.leaf.pem, count: 11)
        for text in ["", "no certificate", broken, chain.leaf.pem + broken, eleven] {
            #expect(throws: CryptographyError.self) {
                try X509Certificate.chain(pem: Array(text.utf8))
            }
        }
        let ten = String(repeating: chain.leaf.pem, count: 10)
        #expect(try X509Certificate.chain(pem: Array(ten.utf8)).count == 10)
    }

    @Test func `a key survives its PEM text`() throws {
        let chain = try Chain()
        let read = try RSAPrivateKey(pem: chain.key.pem)
        #expect(chain.leaf.verify(try read.sign(message), of: message))
    }

    @Test(arguments: ["", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
    func `what is no private key is refused`(text: String) {
        #expect(throws: CryptographyError.self) { try RSAPrivateKey(pem: Secret(text)) }
    }
}
