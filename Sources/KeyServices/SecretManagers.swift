package import Cryptography
package import Storage

/// Both clouds' secret managers: a secret's name says which one keeps it.
package struct SecretManagers: SecretManager {
    private let aws: AWSSecrets
    private let google: GoogleSecrets

    package init(aws: AWSSecrets, google: GoogleSecrets) {
        self.aws = aws
        self.google = google
    }

    package func secret(_ name: String) async throws(KeyManagementError) -> Secret {
        name.hasPrefix("arn:") ? try await aws.secret(name) : try await google.secret(name)
    }

    /// Whether a name is one that a secret can have.
    package static func isName(_ name: String) -> Bool {
        AWSSecrets.region(of: name) != nil || GoogleSecrets.version(name) != nil
    }
}
