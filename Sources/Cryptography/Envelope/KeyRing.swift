/// The keys that may open envelopes, and the one that seals new ones.
///
/// Used on two levels: a ring of key-encryption keys wraps the data key of each tenant, and a ring
/// of one data key seals the tenant's secrets. Rotation adds a key and makes it current; envelopes
/// under older keys open until they are sealed anew and the old key is left out.
package struct KeyRing: Sendable {
    package let current: NamedKey
    private let older: [NamedKey]

    /// Throws `unsuitableKey` when two different keys have one name and version.
    package init(current: NamedKey, older: [NamedKey] = []) throws(CryptographyError) {
        for (index, key) in older.enumerated() {
            let others = [current] + older[..<index]
            if others.contains(where: { $0.id == key.id && $0.version == key.version }) {
                throw CryptographyError(.unsuitableKey, "Two keys have one name and version.")
            }
        }
        self.current = current
        self.older = older
    }

    /// The bytes of an envelope around `plaintext`, under the current key.
    package func seal(
        _ plaintext: [UInt8],
        context: [UInt8]
    ) throws(CryptographyError) -> [UInt8] {
        try Envelope(sealing: plaintext, with: current, context: context).bytes
    }

    /// What the envelope in `bytes` holds. Throws `malformed`, `unknownKey` or `notAuthentic`.
    package func open(_ bytes: [UInt8], context: [UInt8]) throws(CryptographyError) -> [UInt8] {
        let envelope = try Envelope(bytes: bytes)
        return try envelope.open(with: try key(of: envelope), context: context)
    }

    /// A data key under the current key-encryption key, to be stored.
    package func wrap(
        _ dataKey: SymmetricKey,
        context: [UInt8]
    ) throws(CryptographyError) -> [UInt8] {
        try seal(dataKey.reveal(), context: context)
    }

    /// The data key that `wrap` stored.
    package func unwrap(
        _ bytes: [UInt8],
        context: [UInt8]
    ) throws(CryptographyError) -> SymmetricKey {
        try SymmetricKey(try open(bytes, context: context))
    }

    /// Whether the envelope in `bytes` should be sealed anew under the current key.
    package func isOutdated(_ bytes: [UInt8]) throws(CryptographyError) -> Bool {
        let envelope = try Envelope(bytes: bytes)
        return envelope.keyID != current.id || envelope.keyVersion != current.version
    }

    private func key(of envelope: Envelope) throws(CryptographyError) -> NamedKey {
        for key in [current] + older
        where key.id == envelope.keyID && key.version == envelope.keyVersion {
            return key
        }
        throw CryptographyError(.unknownKey, "No key of the envelope's name and version.")
    }
}
