import Cryptography
import Foundation
import HTTP
import HTTPServer
import JSON
import Synchronization
import TestKit
import Testing

/// Credentials that stay in a cloud's secret manager, under the running gateway.
@Suite(.serialized) struct SecretManagerTests {
    private static let arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:hotel-AbCdEf"

    /// A stack with a default Stripe account whose credentials are under a name at a peer.
    private func withManagedAccount(
        _ name: String,
        _ body: (TestStack, SecretPeer) async throws -> Void
    ) async throws {
        let peer = SecretPeer()
        try await peer.serving { url in
            let key = FileManager.default.temporaryDirectory
                .appendingPathComponent("google-\(UUID().uuidString).json").path
            try Data(try SecretPeer.serviceAccount(tokenURL: "\(url)/token"))
                .write(to: URL(fileURLWithPath: key))
            defer { try? FileManager.default.removeItem(atPath: key) }
            let stack = try await TestStack(settings: [
                "GATEWAY_SECRET_ENDPOINT": url, "GATEWAY_GOOGLE_CREDENTIALS": key,
                "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "aws-secret-of-the-suite",
            ])
            peer.keep([
                "secret_key": "sk_test_managed", "webhook_secrets": ["whsec_managed"],
                "api_base": .string(stack.simulator.baseURL),
            ])
            try Program.run(
                [
                    "account", "create", "--tenant", stack.tenant, "--vendor", "stripe", "--name",
                    "managed", "--default", "--from-secret", name,
                ],
                environment: stack.environment
            )
            try await body(stack, peer)
        }
    }

    @Test(arguments: [arn, "projects/hotel/secrets/stripe"])
    func `payments are made with credentials that were read once`(name: String) async throws {
        try await withManagedAccount(name) { stack, peer in
            let method = try await stack.method()
            for _ in 0..<3 {
                let held = try await stack.client.post(
                    "/intents",
                    MainPathTests.hold(stack, method)
                )
                #expect(held.text("status") == "authorized", "\(held)")
            }
            #expect(peer.reads(of: name) == 1)
            for secret in ["sk_test_managed", "whsec_managed", "aws-secret-of-the-suite", "ya29"] {
                #expect(!stack.logs.contains(secret))
            }
        }
    }

    @Test func `without its secret an account asks nothing of its vendor`() async throws {
        try await withManagedAccount(Self.arn) { stack, peer in
            peer.keep(nil)
            let refused = try await stack.client.post(
                "/intents",
                [
                    "amount": 100, "currency": "USD", "provider": "stripe",
                    "method": ["kind": "card"], "return_url": "https://hotel.example/",
                ]
            )
            #expect(refused.status >= 400, "\(refused)")
            #expect(try await Book(stack.simulator).payments.isEmpty)
            #expect(!stack.logs.contains("hush"))
        }
    }

    @Test func `a tenant's key cannot point at the host's secrets`() async throws {
        let stack = try await TestStack()
        let refused = try await stack.client.send(
            .post,
            "/adapters/accounts",
            [
                "vendor": "stripe", "name": "x", "mode": "test",
                "credentials": ["secret": .string(Self.arn)],
            ]
        )
        #expect(refused.status == 403, "\(refused)")
    }
}

/// Both clouds' secret managers with one secret, and Google's token endpoint.
private final class SecretPeer: HTTPHandler, Sendable {
    private struct State {
        var document: JSONValue?
        var reads: [String: Int] = [:]
    }

    private let state = Mutex(State())

    /// How often this secret was asked for: the gateway works for the tenants of earlier tests, too,
    /// whose accounts have others.
    func reads(of name: String) -> Int { state.withLock { $0.reads[name] ?? 0 } }

    func keep(_ document: JSONValue?) { state.withLock { $0.document = document } }

    /// A service account's key file.
    static func serviceAccount(tokenURL: String) throws -> [UInt8] {
        let key = try RSAPrivateKey.generate().pem.revealText()
        let file: JSONValue = [
            "client_email": "gateway@hotel.iam.gserviceaccount.com", "private_key": .string(key),
            "token_uri": .string(tokenURL),
        ]
        return file.bytes()
    }

    func handle(_ exchange: HTTPExchange) async {
        // Silence is right: a request without its body is answered as one that asks nothing.
        let body = (try? await exchange.body(limit: 1 << 16)) ?? []
        let (status, answer) = answer(exchange, body)
        exchange.respond(
            HTTPStatus(status),
            fields: [.contentType: "application/json"],
            body: answer.bytes()
        )
    }

    private func answer(_ exchange: HTTPExchange, _ body: [UInt8]) -> (Int, JSONValue) {
        if exchange.path == "/token" {
            return (200, ["access_token": "ya29.of-the-suite", "expires_in": 3_600])
        }
        let authorization = exchange.field("Authorization") ?? ""
        let isAWS = exchange.field("X-Amz-Target") == "secretsmanager.GetSecretValue"
        guard
            isAWS
                ? authorization.contains("Credential=AKID/")
                    && authorization.contains("/eu-west-1/secretsmanager/aws4_request")
                : authorization == "Bearer ya29.of-the-suite"
        else { return (403, ["__type": "AccessDeniedException"]) }
        // Silence is right: what names no secret is counted as such.
        let asked = isAWS ? (try? JSONValue.parse(body))?["SecretId"]?.stringValue : exchange.path
        let name = (asked ?? "").replacing("/v1/", with: "").replacing(
            "/versions/latest:access",
            with: ""
        )
        let document = state.withLock { state in
            state.reads[name, default: 0] += 1
            return state.document
        }
        guard let document else {
            return (400, ["__type": "ResourceNotFoundException", "Message": "hush"])
        }
        let text = document.bytes()
        return (
            200,
            isAWS
                ? ["SecretString": .string(String(decoding: text, as: UTF8.self))]
                : ["payload": ["data": .string(Base64.encode(text))]]
        )
    }
}
