internal import Cryptography

extension Stripe {
    /// The `Stripe-Signature` field (section 5.1).
    enum Signature {
        /// One `v1` for each live secret.
        ///
        /// - Parameter time: Unix seconds of this very try.
        static func field(secrets: [String], time: Int64, body: [UInt8]) -> String {
            let message = Array("\(time).".utf8) + body
            let codes = secrets.map { secret in
                "v1=" + Hex.encode(HMAC.sha256(key: Array(secret.utf8), message: message))
            }
            return (["t=\(time)"] + codes).joined(separator: ",")
        }
    }
}
