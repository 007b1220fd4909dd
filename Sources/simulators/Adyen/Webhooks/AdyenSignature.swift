internal import Cryptography

extension Adyen {
    /// The HMACs of section 5.2.
    enum Signature {
        /// - Parameter key: as the Customer Area shows it, 64 hexadecimal digits.
        static func code(_ message: [UInt8], key: String) -> String? {
            guard let bytes = Hex.decode(key) else { return nil }
            return Base64.encode(HMAC.sha256(key: bytes, message: message))
        }

        static func code(_ item: Item, key: String) -> String? {
            code(Array(item.message.utf8), key: key)
        }
    }
}
