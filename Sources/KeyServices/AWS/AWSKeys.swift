package import Cryptography
import HTTP
import JSON
package import PaymentCore
package import Storage

/// AWS KMS over its HTTP API: data keys are wrapped by `Encrypt` and opened by `Decrypt`, each bound
/// to its tenant by the encryption context, which shows in the account's audit log.
package struct AWSKeys: KeyManagement {
    private let keyARN: String
    private let host: String
    private let endpoint: String
    private let signer: SignatureV4
    private let credentials: AWSCredentialSource
    private let line: ServiceLine

    /// - Parameters:
    ///   - keyARN: `arn:aws:kms:<region>:<account>:key/<id>`.
    ///   - endpoint: where KMS is reached; nil for the region's own.
    ///   - environment: where credentials may be.
    /// Throws `.malformed` for anything but a key's ARN.
    package init(
        keyARN: String,
        endpoint: String? = nil,
        environment: [String: String],
        line: ServiceLine
    ) throws(KeyManagementError) {
        let parts = keyARN.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[2] == "kms", !parts[3].isEmpty,
            parts[5].hasPrefix("key/")
        else { throw KeyManagementError(.malformed, "\(keyARN) is no ARN of a KMS key") }
        let region = String(parts[3])
        self.keyARN = keyARN
        self.endpoint = endpoint ?? "https://kms.\(region).amazonaws.com"
        host = String(self.endpoint.drop { $0 != "/" }.drop { $0 == "/" })
        signer = SignatureV4(region: region, service: "kms")
        credentials = AWSCredentialSource(environment: environment, line: line)
        self.line = line
    }

    package func wrap(
        _ key: Secret,
        of tenant: TenantID
    ) async throws(KeyManagementError) -> WrappedKey {
        let answer = try await ask(
            "Encrypt",
            [
                "KeyId": .string(keyARN), "Plaintext": .string(Base64.encode(key.reveal())),
                "EncryptionContext": ["tenant": .string("\(tenant)")],
            ]
        )
        guard let ciphertext = answer["CiphertextBlob"]?.stringValue.flatMap(Base64.decode) else {
            throw KeyManagementError(.unavailable, "KMS answered without a ciphertext")
        }
        return WrappedKey(ciphertext: ciphertext, wrappingKey: keyARN)
    }

    package func unwrap(
        _ key: WrappedKey,
        of tenant: TenantID
    ) async throws(KeyManagementError) -> Secret {
        let answer = try await ask(
            "Decrypt",
            [
                "KeyId": .string(key.wrappingKey),
                "CiphertextBlob": .string(Base64.encode(key.ciphertext)),
                "EncryptionContext": ["tenant": .string("\(tenant)")],
            ]
        )
        guard let opened = answer["Plaintext"]?.stringValue.flatMap(Base64.decode) else {
            throw KeyManagementError(.unavailable, "KMS answered without a plaintext")
        }
        return Secret(opened)
    }

    private func ask(
        _ operation: String,
        _ body: JSONValue
    ) async throws(KeyManagementError) -> JSONValue {
        var request = HTTPRequest(
            method: .post,
            url: "\(endpoint)/",
            fields: [.contentType: "application/x-amz-json-1.1"],
            body: body.canonicalBytes()
        )
        request.fields.append(SignatureV4.target, "TrentService.\(operation)")
        let signed = signer.signed(
            request,
            host: host,
            with: try await credentials.credentials(),
            at: line.now().basicISO8601
        )
        return try await line.document(signed, of: "KMS")
    }
}

extension Timestamp {
    /// `20150830T123600Z`.
    var basicISO8601: String {
        rfc3339.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
    }
}
