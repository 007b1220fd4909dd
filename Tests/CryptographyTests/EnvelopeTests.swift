import Cryptography
import Testing

/// Test cases 13 to 16 of the GCM specification that NIST took over.
@Suite struct AESGCMTests {
    struct Vector: Sendable {
        var key = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
        var nonce = "cafebabefacedbaddecaf888"
        var plaintext = ""
        var additionalData = ""
        var sealed = ""
    }

    static let zeros = String(repeating: "00", count: 32)
    static let plaintext =
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e24"
        + "49a6b525b16aedf5aa0de657ba637b391aafd255"
    static let ciphertext =
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b10"
        + "56828838c5f61e6393ba7a0abcc9f662898015ad"
    static let vectors = [
        Vector(
            key: zeros,
            nonce: String(zeros.prefix(24)),
            sealed: "530f8afbc74536b9a963b4f1c4cb738b"
        ),
        Vector(
            key: zeros,
            nonce: String(zeros.prefix(24)),
            plaintext: String(zeros.prefix(32)),
            sealed: "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"
        ),
        Vector(plaintext: plaintext, sealed: ciphertext + "b094dac5d93471bdec1a502270e3cc6c"),
        Vector(
            plaintext: String(plaintext.dropLast(8)),
            additionalData: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            sealed: ciphertext.dropLast(8) + "76fc6ece0f4e1768cddf8853bb2d551b"
        ),
    ]

    @Test(arguments: vectors)
    func `sealing and opening match the vectors`(vector: Vector) throws {
        let key = try SymmetricKey(#require(Hex.decode(vector.key)))
        let nonce = try #require(Hex.decode(vector.nonce))
        let plaintext = try #require(Hex.decode(vector.plaintext))
        let additionalData = try #require(Hex.decode(vector.additionalData))
        let sealed = try AESGCM.seal(
            plaintext,
            key: key,
            nonce: nonce,
            additionalData: additionalData
        )
        #expect(Hex.encode(sealed) == vector.sealed)
        let opened = try AESGCM.open(
            sealed,
            key: key,
            nonce: nonce,
            additionalData: additionalData
        )
        #expect(opened == plaintext)
    }

    @Test func `keys and nonces of another length are refused`() throws {
        #expect(throws: CryptographyError.self) { try SymmetricKey([1, 2, 3]) }
        let key = SymmetricKey.generate()
        #expect(throws: CryptographyError.self) { try AESGCM.seal([], key: key, nonce: [1]) }
        #expect(throws: CryptographyError.self) {
            try AESGCM.open([1, 2], key: key, nonce: SecureRandom.bytes(12))
        }
    }
}

@Suite struct EnvelopeTests {
    private let context = Array("tenant/a/credentials".utf8)
    private let plaintext = Array("sk_test_secret".utf8)

    private func key(_ version: UInt32 = 7) throws -> NamedKey {
        try NamedKey(id: "local", version: version, key: .generate())
    }

    @Test func `an envelope names its key and opens with it`() throws {
        let key = try key()
        let bytes = try Envelope(sealing: plaintext, with: key, context: context).bytes
        #expect(bytes.starts(with: [1, 5] + Array("local".utf8) + [0, 0, 0, 7]))
        #expect(bytes.count == 11 + 12 + plaintext.count + 16)
        let envelope = try Envelope(bytes: bytes)
        #expect(envelope.keyID == "local" && envelope.keyVersion == 7)
        #expect(try envelope.open(with: key, context: context) == plaintext)
        #expect(!bytes.indices.contains { bytes[$0...].starts(with: plaintext) })
    }

    @Test func `no two envelopes are alike`() throws {
        let key = try key()
        let first = try Envelope(sealing: plaintext, with: key, context: context)
        #expect(try first != Envelope(sealing: plaintext, with: key, context: context))
    }

    @Test func `a change of any byte is noticed`() throws {
        let ring = try KeyRing(current: key())
        let bytes = try ring.seal(plaintext, context: context)
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0x01
            #expect(throws: CryptographyError.self) { try ring.open(changed, context: context) }
        }
        for end in bytes.indices {
            #expect(throws: CryptographyError.self) {
                try ring.open(Array(bytes[..<end]), context: context)
            }
        }
    }

    @Test func `an envelope does not open in another place`() throws {
        let ring = try KeyRing(current: key())
        let bytes = try ring.seal(plaintext, context: context)
        let error = #expect(throws: CryptographyError.self) {
            try ring.open(bytes, context: Array("tenant/b/credentials".utf8))
        }
        #expect(error?.code == .notAuthentic)
    }

    @Test func `rotation opens the old and seals under the new`() throws {
        let (old, new) = (try key(1), try key(2))
        let sealed = try KeyRing(current: old).seal(plaintext, context: context)
        let ring = try KeyRing(current: new, older: [old])
        #expect(try ring.open(sealed, context: context) == plaintext)
        #expect(try ring.isOutdated(sealed))
        #expect(try !ring.isOutdated(ring.seal(plaintext, context: context)))
        let error = #expect(throws: CryptographyError.self) {
            try KeyRing(current: new).open(sealed, context: context)
        }
        #expect(error?.code == .unknownKey)
    }

    @Test func `a data key comes back as it was wrapped`() throws {
        let ring = try KeyRing(current: key())
        let dataKey = SymmetricKey.generate()
        let wrapped = try ring.wrap(dataKey, context: context)
        #expect(try ring.unwrap(wrapped, context: context) == dataKey)
        let other = try ring.seal([1, 2, 3], context: context)
        #expect(throws: CryptographyError.self) { try ring.unwrap(other, context: context) }
    }

    @Test func `one name means one key`() throws {
        let key = try key()
        #expect(throws: CryptographyError.self) { try KeyRing(current: key, older: [key]) }
        #expect(throws: CryptographyError.self) {
            try NamedKey(id: "", version: 1, key: .generate())
        }
    }
}
