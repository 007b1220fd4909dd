/// What cryptography refuses. Never reveals a key, a plaintext, or which of several checks failed.
package struct CryptographyError: Error, Sendable, Hashable {
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// A tag or signature does not belong to these bytes, this key and this context.
        case notAuthentic = "not_authentic"
        /// The bytes do not have the expected form.
        case malformed
        /// No key of that identifier and version.
        case unknownKey = "unknown_key"
        /// The key is of another size or kind than the operation needs.
        case unsuitableKey = "unsuitable_key"
        /// The library failed for a reason of its own (memory, a missing provider).
        case library
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
