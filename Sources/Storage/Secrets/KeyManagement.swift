package import Cryptography
package import PaymentCore

/// Where the keys live that wrap the tenants' data keys: a local file, or a key service.
package protocol KeyManagement: Sendable {
    /// Called before an installation's first data key is wrapped: wrapping keys that are ours to
    /// make are made now, and never again.
    func begin() async throws(KeyManagementError)

    /// Wraps a fresh data key under the current wrapping key, bound to its tenant.
    func wrap(
        _ key: Secret,
        of tenant: TenantID
    ) async throws(KeyManagementError) -> WrappedKey

    /// Opens a data key with the wrapping key that it names.
    func unwrap(
        _ key: WrappedKey,
        of tenant: TenantID
    ) async throws(KeyManagementError) -> Secret
}

extension KeyManagement {
    package func begin() async throws(KeyManagementError) {}
}

/// A data key as it is stored.
package struct WrappedKey: Sendable, Hashable {
    package let ciphertext: [UInt8]
    /// The name of the wrapping key.
    package let wrappingKey: String

    package init(ciphertext: [UInt8], wrappingKey: String) {
        self.ciphertext = ciphertext
        self.wrappingKey = wrappingKey
    }
}

package struct KeyManagementError: Error, Sendable {
    package enum Code: String, Sendable, CaseIterable {
        /// The keys cannot be read or the service cannot be reached.
        case unavailable
        /// What is configured is not a set of keys.
        case malformed
        /// The wrapping key that a data key names is gone.
        case unknownKey = "unknown_key"
        /// The data key does not open: another key, another tenant, or altered bytes.
        case notOpened = "not_opened"
    }

    package let code: Code
    /// Names keys and files, never their content.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
