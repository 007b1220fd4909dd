import Cryptography
import HTTP
import PaymentCore
import VendorRecordings
import Vendors

/// A signer as the reference describes it: a root, a leaf under PayPal's name, its key. Keys are
/// made by the tests: none is kept in the repository.
struct PayPalSigner {
    static let webhookID = "1JE4291016473214C"
    static let transmission = "103e3700-8b0c-11e6-8695-6b62a8a99ac4"
    static let time = "2025-01-01T00:00:01Z"
    static let certificateURL =
        "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-1d93a270"
    static let name = "messageverificationcerts.sandbox.paypal.com"
    static let year = (Sample.now.seconds - 86_400)...(Sample.now.seconds + 365 * 86_400)

    /// One for all tests: keys take their time.
    static let shared = Result { try PayPalSigner() }

    let authority: CertificateAuthority
    let key: RSAPrivateKey
    let leaf: X509Certificate

    init(name: String = name, validity: ClosedRange<Int64> = year) throws {
        authority = try CertificateAuthority(name: "Test Webhook Root CA", validity: Self.year)
        key = try RSAPrivateKey.generate()
        leaf = try authority.issue(to: name, for: key, validity: validity)
    }

    /// The root as the account's field takes it.
    var root: String {
        authority.certificate.pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
    }

    var account: MerchantAccount {
        PayPalFixture.account(changing: ["webhook_authorities": [root]])
    }

    var certificate: HTTPResponse {
        HTTPResponse(status: .ok, body: Array(leaf.pem.utf8))
    }

    func signature(
        over body: [UInt8],
        webhookID: String = webhookID,
        time: String = time
    ) throws -> String {
        let message = "\(Self.transmission)|\(time)|\(webhookID)|\(CRC32.checksum(body))"
        return Base64.encode(try key.sign(Array(message.utf8)))
    }

    /// A delivery as PayPal sends it, with changed headers.
    func delivery(
        _ body: String,
        changing changes: [String: String?] = [:]
    ) throws -> WebhookDelivery {
        var fields: [String: String?] = [
            "paypal-transmission-id": Self.transmission,
            "paypal-transmission-time": Self.time,
            "paypal-transmission-sig": try signature(over: Array(body.utf8)),
            "paypal-cert-url": Self.certificateURL,
            "paypal-auth-algo": "SHA256withRSA",
            "paypal-auth-version": "v2",
        ]
        fields.merge(changes) { $1 }
        return WebhookDelivery(
            fields: fields.compactMap { name, value in value.map { (name, $0) } },
            body: Array(body.utf8)
        )
    }
}
