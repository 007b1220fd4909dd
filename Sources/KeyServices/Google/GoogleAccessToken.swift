import Cryptography
import HTTP
import JSON
import PaymentCore
import Storage
import Synchronization

/// A Google account that our calls are made as: a service account's key file, or the machine's own
/// account.
struct GoogleServiceAccount: Sendable {
    let email: String
    let key: RSAPrivateKey
    let tokenURL: String

    /// Reads the JSON key file of a service account. Throws `.malformed` for anything else.
    init(file bytes: [UInt8]) throws(KeyManagementError) {
        // Silence is right: the error below says all that may be said of a file of secrets.
        guard let document = try? JSONValue.parse(bytes),
            let email = document["client_email"]?.stringValue,
            let pem = document["private_key"]?.stringValue,
            let key = try? RSAPrivateKey(pem: Secret(pem))
        else {
            throw KeyManagementError(.malformed, "the service account's file is no key file")
        }
        self.email = email
        self.key = key
        tokenURL = document["token_uri"]?.stringValue ?? "https://oauth2.googleapis.com/token"
    }

    /// The signed assertion (RFC 7523) that is exchanged for an access token.
    func assertion(scope: String, at now: Timestamp) throws(KeyManagementError) -> String {
        let seconds = now.microseconds / 1_000_000
        let header: JSONValue = ["alg": "RS256", "typ": "JWT"]
        let claims: JSONValue = [
            "iss": .string(email), "scope": .string(scope), "aud": .string(tokenURL),
            "iat": .integer(seconds), "exp": .integer(seconds + 3_600),
        ]
        let parts = [header, claims].map { Base64URL.encode($0.canonicalBytes()) }
        let message = parts.joined(separator: ".")
        do {
            let signature = try key.sign(Array(message.utf8), .sha256)
            return "\(message).\(Base64URL.encode(signature))"
        } catch {
            throw KeyManagementError(.malformed, "the service account's key does not sign")
        }
    }
}

/// Access tokens, fetched again a minute before they expire.
final class GoogleAccessToken: Sendable {
    private struct Held: Sendable {
        let token: Secret
        let until: Timestamp
    }

    private let account: GoogleServiceAccount?
    private let line: ServiceLine
    private let held = Mutex<Held?>(nil)
    private let loads = SharedLoads<String, Secret, KeyManagementError>()

    /// - Parameter account: nil for the account of the machine that this runs on.
    init(_ account: GoogleServiceAccount?, line: ServiceLine) {
        self.account = account
        self.line = line
    }

    private static let scope = "https://www.googleapis.com/auth/cloud-platform"
    private static let metadata =
        "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token"

    func token() async throws(KeyManagementError) -> Secret {
        let now = line.now()
        if let token = token(at: now) { return token }
        return try await loads.value(of: Self.scope) { () async throws(KeyManagementError) in
            if let token = token(at: now) { return token }
            return try await fetch(now)
        }
    }

    private func token(at now: Timestamp) -> Secret? {
        held.withLock { held in held.flatMap { now + .seconds(60) < $0.until ? $0.token : nil } }
    }

    private func fetch(_ now: Timestamp) async throws(KeyManagementError) -> Secret {
        let document = try await line.document(try request(now), of: "Google's token endpoint")
        guard let text = document["access_token"]?.stringValue,
            let lifetime = document["expires_in"]?.integerValue
        else { throw KeyManagementError(.unavailable, "Google answered without a token") }
        let fresh = Held(token: Secret(text), until: now + .seconds(lifetime))
        held.withLock { $0 = fresh }
        return fresh.token
    }

    private func request(_ now: Timestamp) throws(KeyManagementError) -> HTTPRequest {
        guard let account else {
            return HTTPRequest(
                method: .get,
                url: Self.metadata,
                fields: ["Metadata-Flavor": "Google"]
            )
        }
        var form = FormEncoder()
        form.append("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")
        form.append("assertion", try account.assertion(scope: Self.scope, at: now))
        return HTTPRequest(
            method: .post,
            url: account.tokenURL,
            fields: [.contentType: "application/x-www-form-urlencoded"],
            body: form.bytes
        )
    }
}
