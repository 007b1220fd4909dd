import Cryptography
import HTTP
import JSON
import PaymentCore
import Storage
import Synchronization

/// What signs for AWS.
struct AWSCredentials: Sendable {
    let accessKey: String
    let secretKey: Secret
    let sessionToken: Secret?
    /// Nil for keys that do not expire.
    var expiresAt: Timestamp?
}

/// Where credentials come from, in this order: the environment, the container's endpoint, the
/// instance's metadata service (version 2). Those that expire are fetched again five minutes
/// before.
final class AWSCredentialSource: Sendable {
    private let environment: [String: String]
    private let line: ServiceLine
    private let held = Mutex<AWSCredentials?>(nil)
    private let loads = SharedLoads<String, AWSCredentials, KeyManagementError>()

    init(environment: [String: String], line: ServiceLine) {
        self.environment = environment
        self.line = line
    }

    private static let margin = Duration.seconds(300)
    private static let metadata = "http://169.254.169.254/latest"

    func credentials() async throws(KeyManagementError) -> AWSCredentials {
        let now = line.now()
        if let held = held(at: now) { return held }
        return try await loads.value(of: Self.metadata) { () async throws(KeyManagementError) in
            if let held = held(at: now) { return held }
            let fresh = try await fetch()
            held.withLock { $0 = fresh }
            return fresh
        }
    }

    private func held(at now: Timestamp) -> AWSCredentials? {
        held.withLock { held in
            held.flatMap { $0.expiresAt.map { now + Self.margin < $0 } ?? true ? $0 : nil }
        }
    }

    private func fetch() async throws(KeyManagementError) -> AWSCredentials {
        if let accessKey = environment["AWS_ACCESS_KEY_ID"],
            let secretKey = environment["AWS_SECRET_ACCESS_KEY"]
        {
            return AWSCredentials(
                accessKey: accessKey,
                secretKey: Secret(secretKey),
                sessionToken: environment["AWS_SESSION_TOKEN"].map { Secret($0) }
            )
        }
        if let container = containerRequest() {
            return try Self.read(try await line.document(container, of: "the container's endpoint"))
        }
        return try await fetchFromInstance()
    }

    private func containerRequest() -> HTTPRequest? {
        let url =
            environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
            ?? environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"]
            .map { "http://169.254.170.2\($0)" }
        guard let url else { return nil }
        var request = HTTPRequest(method: .get, url: url)
        if let token = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"] {
            request.fields.append(.authorization, token)
        }
        return request
    }

    private func fetchFromInstance() async throws(KeyManagementError) -> AWSCredentials {
        var ask = HTTPRequest(method: .put, url: "\(Self.metadata)/api/token")
        ask.fields.append("X-aws-ec2-metadata-token-ttl-seconds", "300")
        let token = try await text(ask)
        let root = "\(Self.metadata)/meta-data/iam/security-credentials/"
        let role = try await text(Self.request(root, token))
        return try Self.read(
            try await line.document(Self.request(root + role, token), of: "the instance's metadata")
        )
    }

    private static func request(_ url: String, _ token: String) -> HTTPRequest {
        HTTPRequest(method: .get, url: url, fields: ["X-aws-ec2-metadata-token": token])
    }

    private func text(_ request: HTTPRequest) async throws(KeyManagementError) -> String {
        do throws(HTTPTransportError) {
            let answer = try await line.send(request)
            if answer.status.code == 200 { return String(decoding: answer.body, as: UTF8.self) }
        } catch {
            throw KeyManagementError(.unavailable, "no AWS credentials: \(error.code.rawValue)")
        }
        throw KeyManagementError(.unavailable, "no AWS credentials where this process runs")
    }

    private static func read(_ document: JSONValue) throws(KeyManagementError) -> AWSCredentials {
        guard let accessKey = document["AccessKeyId"]?.stringValue,
            let secretKey = document["SecretAccessKey"]?.stringValue
        else { throw KeyManagementError(.malformed, "AWS credentials lack their keys") }
        return AWSCredentials(
            accessKey: accessKey,
            secretKey: Secret(secretKey),
            sessionToken: document["Token"]?.stringValue.map { Secret($0) },
            expiresAt: document["Expiration"]?.stringValue.flatMap { Timestamp(rfc3339: $0) }
        )
    }
}
