package import Cryptography
import HTTP
import JSON
package import PaymentCore
package import Storage

/// Google Cloud KMS over its HTTP API: data keys are wrapped by `encrypt` and opened by `decrypt`,
/// each bound to its tenant by additional authenticated data.
package struct GoogleKeys: KeyManagement {
    private let name: String
    private let endpoint: String
    private let token: GoogleAccessToken
    private let line: ServiceLine

    /// - Parameters:
    ///   - name: `projects/…/locations/…/keyRings/…/cryptoKeys/…`.
    ///   - serviceAccount: the content of a service account's key file; nil for the account of
    ///     the machine that this runs on.
    /// Throws `.malformed` for any other name or file.
    package init(
        name: String,
        serviceAccount: [UInt8]?,
        endpoint: String = "https://cloudkms.googleapis.com",
        line: ServiceLine
    ) throws(KeyManagementError) {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let words = ["projects", "locations", "keyRings", "cryptoKeys"]
        guard parts.count == 8, !parts.contains(""),
            stride(from: 0, to: 8, by: 2).map({ String(parts[$0]) }) == words
        else { throw KeyManagementError(.malformed, "\(name) is no name of a Cloud KMS key") }
        self.name = name
        self.endpoint = endpoint
        let account: GoogleServiceAccount? =
            if let serviceAccount { try GoogleServiceAccount(file: serviceAccount) } else { nil }
        token = GoogleAccessToken(account, line: line)
        self.line = line
    }

    package func wrap(
        _ key: Secret,
        of tenant: TenantID
    ) async throws(KeyManagementError) -> WrappedKey {
        let answer = try await ask("encrypt", of: name, "plaintext", key.reveal(), tenant)
        guard let ciphertext = answer["ciphertext"]?.stringValue.flatMap(Base64.decode) else {
            throw KeyManagementError(.unavailable, "Cloud KMS answered without a ciphertext")
        }
        return WrappedKey(ciphertext: ciphertext, wrappingKey: name)
    }

    package func unwrap(
        _ key: WrappedKey,
        of tenant: TenantID
    ) async throws(KeyManagementError) -> Secret {
        let answer = try await ask(
            "decrypt",
            of: key.wrappingKey,
            "ciphertext",
            key.ciphertext,
            tenant
        )
        guard let opened = answer["plaintext"]?.stringValue.flatMap(Base64.decode) else {
            throw KeyManagementError(.unavailable, "Cloud KMS answered without a plaintext")
        }
        return Secret(opened)
    }

    private func ask(
        _ verb: String,
        of key: String,
        _ field: String,
        _ bytes: [UInt8],
        _ tenant: TenantID
    ) async throws(KeyManagementError) -> JSONValue {
        let body = JSONValue.object(
            JSONObject([
                (field, .string(Base64.encode(bytes))),
                (
                    "additionalAuthenticatedData",
                    .string(Base64.encode(Array("\(tenant)".utf8)))
                ),
            ])
        )
        let bearer = try await token.token()
        let request = HTTPRequest(
            method: .post,
            url: "\(endpoint)/v1/\(key):\(verb)",
            fields: [
                .authorization: "Bearer \(bearer.revealText())",
                .contentType: "application/json",
            ],
            body: body.canonicalBytes()
        )
        return try await line.document(request, of: "Cloud KMS")
    }
}
