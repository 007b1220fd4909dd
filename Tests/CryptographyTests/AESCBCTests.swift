import Cryptography
import Testing

/// Section F.2.5 of NIST SP 800-38A: its vector's blocks, then our padding.
@Suite struct AESCBCTests {
    private static let key = "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"
    private static let vector = "000102030405060708090a0b0c0d0e0f"
    private static let text =
        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
        + "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
    private static let sealed =
        "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
        + "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b"

    private func bytes(_ hex: String) throws -> [UInt8] { try #require(Hex.decode(hex)) }

    @Test func `encryption matches the vector and adds a block of padding`() throws {
        let key = try Secret(bytes(Self.key))
        let vector = try bytes(Self.vector)
        let sealed = try AESCBC.encrypt(bytes(Self.text), key: key, vector: vector)
        #expect(sealed.count == 80)
        #expect(try sealed.prefix(64) == bytes(Self.sealed)[...])
        #expect(try AESCBC.decrypt(sealed, key: key, vector: vector) == bytes(Self.text))
    }

    @Test(arguments: 0...33)
    func `a text of any length comes back`(length: Int) throws {
        let key = try Secret(bytes(Self.key))
        let vector = try bytes(Self.vector)
        let text = [UInt8](repeating: 0x31, count: length)
        let sealed = AESCBC.encrypt(text, key: key, vector: vector)
        #expect(sealed.count == (length / 16 + 1) * 16)
        #expect(try AESCBC.decrypt(sealed, key: key, vector: vector) == text)
    }

    @Test func `what does not end in padding is refused`() throws {
        let key = try Secret(bytes(Self.key))
        let vector = try bytes(Self.vector)
        let sealed = AESCBC.encrypt([1, 2, 3], key: key, vector: vector)
        // The vector's blocks hold no padding; the others are no whole blocks.
        for wrong in [try bytes(Self.sealed), [], Array(sealed.dropLast()), sealed + [0]] {
            #expect(throws: CryptographyError.self) {
                try AESCBC.decrypt(wrong, key: key, vector: vector)
            }
        }
    }
}
