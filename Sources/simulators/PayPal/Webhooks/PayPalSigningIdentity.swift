internal import Cryptography

extension PayPal {
    /// The key that signs webhooks, its certificate, and the authority behind it (section 5.1): made
    /// once for each process, since nobody should trust them for longer.
    struct SigningIdentity: Sendable {
        let authority: X509Certificate
        let leaf: X509Certificate
        private let key: RSAPrivateKey

        static let shared = SigningIdentity()

        private init() {
            do throws(CryptographyError) {
                let day: Int64 = 86_400
                let validity = (WallClock.unixTime - day)...(WallClock.unixTime + 365 * day)
                let issuer = try CertificateAuthority(
                    name: "PayPal Simulator Root CA",
                    validity: validity
                )
                authority = issuer.certificate
                key = try RSAPrivateKey.generate()
                leaf = try issuer.issue(
                    to: "messageverificationcerts.sandbox.paypal.com",
                    for: key,
                    validity: validity
                )
            } catch {
                preconditionFailure("OpenSSL makes RSA keys: \(error.message)")
            }
        }

        /// Base 64 of the signature.
        func sign(_ message: String) -> String {
            do throws(CryptographyError) {
                return Base64.encode(try key.sign(Array(message.utf8)))
            } catch {
                preconditionFailure("an RSA key signs: \(error.message)")
            }
        }

        func verify(_ signature: String, of message: String) -> Bool {
            guard let bytes = Base64.decode(signature) else { return false }
            return leaf.verify(bytes, of: Array(message.utf8))
        }
    }
}
