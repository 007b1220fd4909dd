package import Cryptography
import HTTP
import JSON
import PaymentCore
package import Storage

/// AWS Secrets Manager over its HTTP API: `GetSecretValue` of secrets named by their ARNs, each in
/// the region that its ARN says.
package struct AWSSecrets: SecretManager {
    private let endpoint: String?
    private let credentials: AWSCredentialSource
    private let line: ServiceLine

    /// - Parameters:
    ///   - endpoint: where the service is reached; nil for each region's own.
    ///   - environment: where credentials may be.
    package init(
        endpoint: String? = nil,
        environment: [String: String],
        line: ServiceLine
    ) {
        self.endpoint = endpoint
        credentials = AWSCredentialSource(environment: environment, line: line)
        self.line = line
    }

    /// The region of `arn:aws:secretsmanager:<region>:<account>:secret:<name>`; nil for other names.
    static func region(of name: String) -> String? {
        let parts = name.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 7, parts[0] == "arn", parts[2] == "secretsmanager",
            parts[5] == "secret", !parts[6].isEmpty, !parts[3].isEmpty,
            // It becomes a part of a host's name.
            parts[3].utf8.allSatisfy({
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
            })
        else { return nil }
        return String(parts[3])
    }

    package func secret(_ name: String) async throws(KeyManagementError) -> Secret {
        guard let region = Self.region(of: name) else {
            throw KeyManagementError(.malformed, "\(name) is no ARN of a secret")
        }
        let base = endpoint ?? "https://secretsmanager.\(region).amazonaws.com"
        let body: JSONValue = ["SecretId": .string(name)]
        var request = HTTPRequest(
            method: .post,
            url: "\(base)/",
            fields: [.contentType: "application/x-amz-json-1.1"],
            body: body.canonicalBytes()
        )
        request.fields.append(SignatureV4.target, "secretsmanager.GetSecretValue")
        let signed = SignatureV4(region: region, service: "secretsmanager").signed(
            request,
            host: String(base.drop { $0 != "/" }.drop { $0 == "/" }),
            with: try await credentials.credentials(),
            at: line.now().basicISO8601
        )
        let answer = try await line.document(signed, of: "Secrets Manager")
        if let text = answer["SecretString"]?.stringValue { return Secret(text) }
        guard let bytes = answer["SecretBinary"]?.stringValue.flatMap(Base64.decode) else {
            throw KeyManagementError(.unavailable, "Secrets Manager answered without a secret")
        }
        return Secret(bytes)
    }
}
