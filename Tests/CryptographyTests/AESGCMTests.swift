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
        let key = try Secret(#require(Hex.decode(vector.key)))
        let nonce = try #require(Hex.decode(vector.nonce))
        let plaintext = try #require(Hex.decode(vector.plaintext))
        let additionalData = try #require(Hex.decode(vector.additionalData))
        let sealed = AESGCM.seal(
            plaintext,
            key: key,
            nonce: nonce,
            authenticating: additionalData
        )
        #expect(Hex.encode(sealed) == vector.sealed)
        let opened = try AESGCM.open(
            sealed,
            key: key,
            nonce: nonce,
            authenticating: additionalData
        )
        #expect(opened == plaintext)
    }

    @Test func `less than a tag is malformed`() {
        let key = Secret(SecureRandom.bytes(AESGCM.keyLength))
        let nonce = SecureRandom.bytes(AESGCM.nonceLength)
        let error = #expect(throws: CryptographyError.self) {
            try AESGCM.open([1, 2], key: key, nonce: nonce, authenticating: [])
        }
        #expect(error?.code == .malformed)
    }

    @Test func `a change of any byte, of the nonce or of the context is noticed`() throws {
        let key = Secret(SecureRandom.bytes(AESGCM.keyLength))
        let nonce = SecureRandom.bytes(AESGCM.nonceLength)
        let sealed = AESGCM.seal([1, 2, 3], key: key, nonce: nonce, authenticating: [4])
        func open(_ sealed: [UInt8], _ nonce: [UInt8], _ context: [UInt8]) throws -> [UInt8] {
            try AESGCM.open(sealed, key: key, nonce: nonce, authenticating: context)
        }
        #expect(try open(sealed, nonce, [4]) == [1, 2, 3])
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 0x80
            #expect(throws: CryptographyError.self) { try open(changed, nonce, [4]) }
        }
        #expect(throws: CryptographyError.self) { try open(sealed, nonce, [5]) }
        #expect(throws: CryptographyError.self) { try open(sealed, nonce.reversed(), [4]) }
    }
}
