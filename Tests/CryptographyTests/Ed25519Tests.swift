import Cryptography
import Testing

@Suite struct Ed25519Tests {
    @Test func `a signature is the holder's of that message alone`() throws {
        let key = try Ed25519Key.generate()
        let message = Array("head".utf8)
        let signature = try key.sign(message)
        #expect(signature.count == 64)
        #expect(Ed25519Key.verify(signature, of: message, by: key.publicKey))
        #expect(!Ed25519Key.verify(signature, of: message + [0], by: key.publicKey))
        #expect(!Ed25519Key.verify(Array(signature.reversed()), of: message, by: key.publicKey))
        #expect(!Ed25519Key.verify([], of: message, by: key.publicKey))
        let other = try Ed25519Key.generate()
        #expect(!Ed25519Key.verify(signature, of: message, by: other.publicKey))
        #expect(!Ed25519Key.verify(signature, of: message, by: [1, 2, 3]))
    }

    @Test func `a key comes back from its PEM text`() throws {
        let key = try Ed25519Key.generate()
        let again = try Ed25519Key(pem: key.pem)
        #expect(again.publicKey == key.publicKey)
        #expect(try again.sign([1]) == key.sign([1]))
    }

    /// RFC 8032 section 7.1, test 2.
    @Test func `the standard's signature is verified`() throws {
        let key = try #require(
            Hex.decode("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
        )
        let signature = try #require(
            Hex.decode(
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                    + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            )
        )
        #expect(Ed25519Key.verify(signature, of: [0x72], by: key))
    }

    @Test func `another kind of key is refused`() throws {
        let rsa = try RSAPrivateKey.generate()
        #expect(throws: CryptographyError.self) { try Ed25519Key(pem: rsa.pem) }
        #expect(throws: CryptographyError.self) { try Ed25519Key(pem: Secret([1, 2])) }
    }
}
