import Cryptography
import HTTP
import JSON
import PaymentCore

extension PayPal.Dialect {
    /// OAuth 2 client credentials (section 1). Tokens outlive processes; asking for one with each
    /// request would run into PayPal's limits.
    package var accessToken: AccessTokenSource? {
        let credentials = "\(clientID):\(clientSecret.revealText())"
        return AccessTokenSource(
            // A client id is public: its token is shared only with those who also know the secret.
            scope: "paypal \(base.text) \(Hex.encode(Digest.sha256.hash(credentials)))",
            request: HTTPRequest(
                method: .post,
                url: "\(base.text)/v1/oauth2/token",
                fields: [
                    .authorization: "Basic \(Base64.encode(Array(credentials.utf8)))",
                    .contentType: FormEncoder.contentType,
                ],
                body: FormEncoder([("grant_type", "client_credentials")]).bytes
            ),
            read: Self.readToken
        )
    }

    private static func readToken(_ response: HTTPResponse) -> AccessTokenAnswer {
        let reply = PayPal.Reply(response)
        switch reply.status {
        case 200:
            guard let token = reply.body?["access_token"]?.stringValue, !token.isEmpty,
                let lifetime = reply.body?["expires_in"]?.integerValue, lifetime > 0
            else { return .unavailable }
            return .granted(VendorToken(token), lifetime: .seconds(min(lifetime, 86_400)))
        case 401, 403: return .refused(.credentials(refusedBy: PayPal.descriptor.name))
        // OAuth's own form of an error.
        case 400 where reply.body?["error"]?.stringValue != nil:
            return .refused(.credentials(refusedBy: PayPal.descriptor.name))
        default: return .unavailable
        }
    }
}
