internal import Cryptography
package import JSON

extension Octo {
    /// A shop: what Octo and it know of each other. Where callbacks go is said by each payment.
    package struct Shop: WebhookEndpoint, Equatable {
        /// What stands before uuid and status in a callback's signature (section 2.2).
        package enum SignatureMode: String, Sendable, CaseIterable {
            case uniqueKey = "unique_key"
            case derived
        }

        package var id: Int64
        package var secret: String
        /// Signs callbacks in the current scheme.
        package var uniqueKey: String
        package var signatureMode = SignatureMode.uniqueKey
        /// Stands before the secret in the older scheme.
        package var salt = ""

        package init(id: Int64, secret: String, uniqueKey: String) {
            (self.id, self.secret, self.uniqueKey) = (id, secret, uniqueKey)
        }

        package static var reader: JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                let id = fields.required("octo_shop_id", .int64(in: 1...))
                let secret = fields.required("octo_secret", .string(bytes: 1...200))
                let key = fields.required("unique_key", .string(bytes: 1...200))
                let mode = fields.optional("signature_mode", .oneOf(SignatureMode.self))
                let salt = fields.optional("salt", .string(bytes: 0...200))
                let required = try fields.finish(id, secret, key)
                var shop = Shop(id: required.0, secret: required.1, uniqueKey: required.2)
                shop.signatureMode = mode ?? shop.signatureMode
                shop.salt = salt ?? shop.salt
                return shop
            }
        }

        package func takes(_ type: String) -> Bool { true }

        package func write(to object: inout JSONWriter) {
            object.member("octo_shop_id", id)
            object.member("signature_mode", signatureMode.rawValue)
        }

        /// The signature of a callback, in upper case as the vendor prints it.
        func signature(uuid: String, status: String, hashKey: String) -> String {
            let key =
                switch signatureMode {
                case .uniqueKey: uniqueKey
                case .derived: Self.sha1(salt + secret + hashKey)
                }
            return Self.sha1(key + uuid + status)
        }

        private static func sha1(_ text: String) -> String {
            Hex.encode(Digest.sha1.hash(text)).uppercased()
        }
    }
}
