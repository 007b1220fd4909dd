internal import Cryptography
internal import HTTP
internal import JSON

// Who may call (section 1).
extension PayPal.Vendor {
    /// `POST /v1/oauth2/token`: an identifier and a secret become a token.
    func issueToken(_ call: SimulatedCall) -> BegunCall<Work>.Stage {
        guard let (id, secret) = Self.login(call.fields[.authorization]),
            world.settings.accepts(id, secret)
        else {
            return .answered(
                Self.oauth(401, "invalid_client", "Client Authentication failed")
            )
        }
        guard QueryItems(form: call.body)?["grant_type"] == "client_credentials" else {
            return .answered(
                Self.oauth(400, "unsupported_grant_type", "Grant Type is not supported")
            )
        }
        guard let route = PayPal.Route(call.method, call.path), let query = QueryItems("") else {
            preconditionFailure("the call's route was found before")
        }
        let request = PayPal.Request(
            route: route,
            query: query,
            body: [:],
            bytes: [],
            key: nil
        )
        return .ready(Work(request: request, storageKey: nil, isWhole: true, debugID: ""))
    }

    mutating func accessToken() -> SimulatedReply {
        let token = "A21AA\(world.identifiers.secret())\(world.identifiers.secret())"
        let lifetime = world.settings.tokenLifetime
        world.accessTokens = world.accessTokens.filter { $0.value > world.now }
        world.accessTokens[token] = world.now + lifetime
        var writer = JSONWriter(capacity: 512)
        writer.object { object in
            object.member(
                "scope",
                "https://uri.paypal.com/services/payments/payment "
                    + "https://uri.paypal.com/services/vault/payment-tokens/readwrite"
            )
            object.member("access_token", token)
            object.member("token_type", "Bearer")
            object.member("app_id", "APP-80W284485P519543T")
            object.member("expires_in", lifetime.components.seconds)
            object.member("nonce", world.now.rfc3339() + world.identifiers.secret())
        }
        return Self.reply(200, world.identifiers.next(digits: 13, of: .hexadecimal), writer.bytes)
    }

    /// - Throws: 401, without a body of the usual shape for a token that is no longer good.
    func authenticate(_ call: SimulatedCall) throws(PayPal.Failure) {
        let field = call.fields[.authorization] ?? ""
        guard field.hasPrefix("Bearer ") else { throw .unauthenticated }
        guard let end = world.accessTokens[String(field.dropFirst("Bearer ".count))] else {
            throw .unauthenticated
        }
        guard world.now < end else { throw .invalidToken }
    }

    private static func login(_ authorization: String?) -> (String, String)? {
        guard let authorization, authorization.hasPrefix("Basic "),
            let bytes = Base64.decode(String(authorization.dropFirst("Basic ".count)))
        else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let colon = text.firstIndex(of: ":") else { return nil }
        return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }

    private static func oauth(
        _ status: Int,
        _ error: String,
        _ description: String
    ) -> SimulatedReply {
        var writer = JSONWriter()
        writer.object { object in
            object.member("error", error)
            object.member("error_description", description)
        }
        return reply(status, "", writer.bytes)
    }
}
