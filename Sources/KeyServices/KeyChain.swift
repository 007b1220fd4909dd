package import Cryptography
package import PaymentCore
package import Storage

/// The service that wraps from now on, with those that still open what they wrapped: so keys move
/// from a local file to a key service, or to another of its keys, by rotation while serving.
package struct KeyChain: KeyManagement {
    private let current: any KeyManagement
    private let owner: @Sendable (String) -> (any KeyManagement)?

    /// - Parameter owner: the service of a wrapping key by its name.
    package init(
        current: any KeyManagement,
        owner: @escaping @Sendable (String) -> (any KeyManagement)?
    ) {
        self.current = current
        self.owner = owner
    }

    package func begin() async throws(KeyManagementError) {
        try await current.begin()
    }

    package func wrap(
        _ key: Secret,
        of tenant: TenantID
    ) async throws(KeyManagementError) -> WrappedKey {
        try await current.wrap(key, of: tenant)
    }

    package func unwrap(
        _ key: WrappedKey,
        of tenant: TenantID
    ) async throws(KeyManagementError) -> Secret {
        guard let service = owner(key.wrappingKey) else {
            throw KeyManagementError(
                .unknownKey,
                "no configured service knows the key \(key.wrappingKey)"
            )
        }
        return try await service.unwrap(key, of: tenant)
    }
}
