import Cryptography
import HTTP
import JSON
import PaymentCore
import Storage
import Synchronization
import Testing

@testable import KeyServices

/// Both clouds' secret managers, by their documented requests and answers.
@Suite struct SecretManagerTests {
    private static let arn =
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:hotel/stripe-AbCdEf"
    private static let name = "projects/p/secrets/stripe"

    /// Answers requests with one function, and keeps them.
    private final class Peer: Sendable {
        let requests = Mutex<[HTTPRequest]>([])
        private let answer: @Sendable (HTTPRequest) -> (Int, JSONValue)

        init(_ answer: @escaping @Sendable (HTTPRequest) -> (Int, JSONValue)) {
            self.answer = answer
        }

        var managers: SecretManagers {
            get throws {
                let line = ServiceLine(clock: StillClock()) {
                    [self] request throws(HTTPTransportError) in
                    requests.withLock { $0.append(request) }
                    let (status, body) = answer(request)
                    return HTTPResponse(status: HTTPStatus(status), body: body.bytes())
                }
                return SecretManagers(
                    aws: AWSSecrets(
                        environment: [
                            "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "hush",
                        ],
                        line: line
                    ),
                    google: try GoogleSecrets(serviceAccount: nil, line: line)
                )
            }
        }
    }

    @Test func `AWS is asked in the region of the ARN, signed`() async throws {
        let peer = Peer { _ in (200, ["SecretString": #"{"secret_key":"sk"}"#]) }
        let secret = try await peer.managers.secret(Self.arn)
        #expect(secret.revealText() == #"{"secret_key":"sk"}"#)
        let request = try #require(peer.requests.withLock { $0.first })
        #expect(request.url == "https://secretsmanager.eu-west-1.amazonaws.com/")
        #expect(request.fields["X-Amz-Target"] == "secretsmanager.GetSecretValue")
        #expect(try JSONValue.parse(request.body) == ["SecretId": .string(Self.arn)])
        let signature = try #require(request.fields[.authorization])
        #expect(signature.contains("/eu-west-1/secretsmanager/aws4_request"))
    }

    @Test func `a binary secret is its bytes`() async throws {
        let peer = Peer { _ in (200, ["SecretBinary": "e30="]) }
        #expect(try await peer.managers.secret(Self.arn).revealText() == "{}")
    }

    @Test func `Google is asked for the named version, else for the latest`() async throws {
        let peer = Peer { request in
            request.url.hasSuffix(":access")
                ? (200, ["payload": ["data": "eyJhIjoiYiJ9"]])
                : (200, ["access_token": "ya29", "expires_in": 3_600])
        }
        let managers = try peer.managers
        #expect(try await managers.secret(Self.name).revealText() == #"{"a":"b"}"#)
        _ = try await managers.secret("\(Self.name)/versions/7")
        let asked = peer.requests.withLock { $0 }.filter { $0.url.hasSuffix(":access") }
        let base = "https://secretmanager.googleapis.com/v1/projects/p/secrets/stripe/versions"
        #expect(asked.map(\.url) == ["\(base)/latest:access", "\(base)/7:access"])
        #expect(asked.allSatisfy { $0.fields[.authorization] == "Bearer ya29" })
    }

    @Test(arguments: [
        (400, "ResourceNotFoundException", KeyManagementError.Code.unknownKey),
        (400, "AccessDeniedException", .malformed), (500, "InternalServiceError", .unavailable),
    ])
    func `a refusal is told by its kind, never by its text`(
        status: Int,
        word: String,
        code: KeyManagementError.Code
    ) async throws {
        let peer = Peer { _ in (status, ["__type": .string(word), "Message": "hush"]) }
        let managers = try peer.managers
        do throws(KeyManagementError) {
            _ = try await managers.secret(Self.arn)
            Issue.record("a secret was told")
        } catch {
            #expect(error.code == code)
            #expect(!error.message.contains("hush"))
        }
    }

    @Test(arguments: [
        "", "arn:aws:kms:eu:1:key/x", "arn:aws:secretsmanager::1:secret:x",
        "arn:aws:secretsmanager:evil.example/:1:secret:x", "projects/p", "projects/p/secrets/",
        "projects/p/secrets/../x", "projects/p/secrets/s/versions", "s3://bucket",
    ])
    func `what names no secret is refused before anybody is asked`(name: String) async throws {
        #expect(!SecretManagers.isName(name))
        let peer = Peer { _ in (200, ["SecretString": "x"]) }
        let managers = try peer.managers
        await #expect(throws: KeyManagementError.self) { try await managers.secret(name) }
        #expect(peer.requests.withLock { $0.isEmpty })
    }
}

private struct StillClock: WallClock {
    var now: Timestamp { Timestamp(seconds: 1_735_689_600) }
}
