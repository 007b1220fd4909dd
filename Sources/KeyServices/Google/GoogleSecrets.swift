package import Cryptography
import HTTP
import JSON
import PaymentCore
package import Storage

/// Google Secret Manager over its HTTP API: `access` of `projects/…/secrets/…`, in the version that
/// the name says, the latest one otherwise.
package struct GoogleSecrets: SecretManager {
    private let endpoint: String
    private let token: GoogleAccessToken
    private let line: ServiceLine

    /// - Parameter serviceAccount: the content of a service account's key file; nil for the account
    ///   of the machine that this runs on.
    /// Throws `.malformed` for any other file.
    package init(
        serviceAccount: [UInt8]?,
        endpoint: String = "https://secretmanager.googleapis.com",
        line: ServiceLine
    ) throws(KeyManagementError) {
        self.endpoint = endpoint
        let account: GoogleServiceAccount? =
            if let serviceAccount { try GoogleServiceAccount(file: serviceAccount) } else { nil }
        token = GoogleAccessToken(account, line: line)
        self.line = line
    }

    /// With its version; nil for what names no secret.
    static func version(_ name: String) -> String? {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let words = ["projects", "secrets", "versions"]
        guard parts.count == 4 || parts.count == 6,
            stride(from: 0, to: parts.count, by: 2).allSatisfy({ parts[$0] == words[$0 / 2] }),
            // They become parts of a path.
            parts.allSatisfy({ part in
                !part.isEmpty
                    && part.utf8.allSatisfy {
                        (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0)
                            || $0 == 0x2D || $0 == 0x5F
                    }
            })
        else { return nil }
        return parts.count == 6 ? name : "\(name)/versions/latest"
    }

    package func secret(_ name: String) async throws(KeyManagementError) -> Secret {
        guard let version = Self.version(name) else {
            throw KeyManagementError(.malformed, "\(name) is no name of a secret")
        }
        let bearer = try await token.token()
        let request = HTTPRequest(
            method: .get,
            url: "\(endpoint)/v1/\(version):access",
            fields: [.authorization: "Bearer \(bearer.revealText())"]
        )
        let answer = try await line.document(request, of: "Secret Manager")
        guard let bytes = answer["payload"]?["data"]?.stringValue.flatMap(Base64.decode) else {
            throw KeyManagementError(.unavailable, "Secret Manager answered without a secret")
        }
        return Secret(bytes)
    }
}
