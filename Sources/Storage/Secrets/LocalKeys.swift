package import Cryptography
package import PaymentCore

/// Wrapping keys from a local file: one `name:base64 of 32 bytes` a line, the current one first.
/// Older ones stay below it until every tenant's key is rewrapped.
package struct LocalKeys: KeyManagement {
    private let current: String
    private let keys: [String: Secret]

    package init(contentsOf path: String) throws(KeyManagementError) {
        let bytes: [UInt8]
        do {
            bytes = try FileBytes.read(path, atMost: 65_536)
        } catch {
            throw KeyManagementError(.unavailable, "cannot read the key file \(path): \(error)")
        }
        try self.init(text: String(decoding: bytes, as: UTF8.self))
    }

    package init(text: String) throws(KeyManagementError) {
        var keys: [String: Secret] = [:]
        var current: String?
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, let key = Base64.decode(String(parts[1])), key.count == 32
            else {
                throw KeyManagementError(
                    .malformed,
                    "a key line is `name:base64 of 32 bytes`"
                )
            }
            let name = String(parts[0])
            guard keys.updateValue(Secret(key), forKey: name) == nil else {
                throw KeyManagementError(.malformed, "the key \(name) is there twice")
            }
            current = current ?? name
        }
        guard let current else { throw KeyManagementError(.malformed, "there is no key") }
        self.current = current
        self.keys = keys
    }

    /// A line for a new key file.
    ///
    /// - Parameter name: when omitted, a name of the key's own, so that two keys are never taken
    ///   for one: `local-` and 8 digits of its hash.
    package static func line(named name: String? = nil) -> String {
        let key = SecureRandom.bytes(32)
        let own = "local-\(Hex.encode(Digest.sha256.hash(key)).prefix(8))"
        return "\(name ?? own):\(Base64.encode(key))"
    }

    package func wrap(
        _ key: Secret,
        of tenant: TenantID
    ) async throws(KeyManagementError) -> WrappedKey {
        let wrappingKey = try named(current)
        return WrappedKey(
            ciphertext: Envelope.seal(key.reveal(), under: wrappingKey, bound: "\(tenant)"),
            wrappingKey: current
        )
    }

    package func unwrap(
        _ key: WrappedKey,
        of tenant: TenantID
    ) async throws(KeyManagementError) -> Secret {
        let wrappingKey = try named(key.wrappingKey)
        guard let opened = Envelope.open(key.ciphertext, under: wrappingKey, bound: "\(tenant)")
        else {
            throw KeyManagementError(.notOpened, "\(key.wrappingKey) does not open \(tenant)'s key")
        }
        return Secret(opened)
    }

    private func named(_ name: String) throws(KeyManagementError) -> Secret {
        guard let key = keys[name] else {
            throw KeyManagementError(.unknownKey, "there is no key named \(name)")
        }
        return key
    }
}
