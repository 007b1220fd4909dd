import Cryptography
package import HTTP
package import PaymentCore

/// Standard Webhooks 1.0: how an event is signed for its receiver.
///
/// The signature covers identifier, time and body; each of the secrets signs, so that a receiver may
/// change to the new one at any moment of a rotation.
package enum StandardWebhook {
    package static let secretPrefix = "whsec_"

    /// A new secret: 32 random bytes, in the specification's form.
    package static func makeSecret() -> VendorToken {
        VendorToken(secretPrefix + Base64.encode(SecureRandom.bytes(32)))
    }

    /// The request that delivers `body` to `url`.
    ///
    /// - Parameters:
    ///   - id: the same for every attempt, so that the receiver can recognise a repetition.
    ///   - now: when this attempt is made; receivers refuse old ones.
    package static func request(
        to url: String,
        id: String,
        body: [UInt8],
        secrets: [VendorToken],
        at now: Timestamp
    ) -> HTTPRequest {
        let seconds = now.microseconds / 1_000_000
        let signatures = secrets.compactMap { signature(of: body, id: id, at: seconds, $0) }
        return HTTPRequest(
            method: .post,
            url: url,
            fields: [
                .contentType: "application/cloudevents+json",
                "Webhook-Id": id,
                "Webhook-Timestamp": String(seconds),
                "Webhook-Signature": signatures.joined(separator: " "),
                .userAgent: "payment-gateway-events/1",
            ],
            body: body
        )
    }

    /// `v1,<base64>`; nil when the secret is not one of ours.
    package static func signature(
        of body: [UInt8],
        id: String,
        at seconds: Int64,
        _ secret: VendorToken
    ) -> String? {
        guard secret.value.hasPrefix(secretPrefix),
            let key = Base64.decode(String(secret.value.dropFirst(secretPrefix.count)))
        else { return nil }
        let code = HMAC.sha256(key: key, message: Array("\(id).\(seconds).".utf8) + body)
        return "v1,\(Base64.encode(code))"
    }
}
