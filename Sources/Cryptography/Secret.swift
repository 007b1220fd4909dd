import COpenSSL

/// Bytes that must not be shown: prints as `•••`, compares in constant time, and is overwritten when
/// the last reference goes, unless somebody still holds what was revealed.
package struct Secret: Sendable {
    private let storage: Storage

    package init(_ bytes: [UInt8]) {
        storage = Storage(bytes)
    }

    /// The UTF-8 of `text`.
    package init(_ text: String) {
        storage = Storage(Array(text.utf8))
    }

    /// The bytes themselves. The name is loud on purpose: what is revealed is the caller's to guard.
    package func reveal() -> [UInt8] { storage.bytes }

    /// The bytes as text; those that are not UTF-8 are replaced.
    package func revealText() -> String { String(decoding: storage.bytes, as: UTF8.self) }

    package var isEmpty: Bool { storage.bytes.isEmpty }
    package var byteCount: Int { storage.bytes.count }
}

extension Secret: Equatable {
    package static func == (one: Secret, other: Secret) -> Bool {
        constantTimeEquals(one.storage.bytes, other.storage.bytes)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension Secret {
    // Safe because: `bytes` is written in `deinit` alone, when nobody else holds the object.
    private final class Storage: @unchecked Sendable {
        private(set) var bytes: [UInt8]

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
        }

        deinit {
            unsafe bytes.withUnsafeMutableBytes { unsafe OPENSSL_cleanse($0.baseAddress, $0.count) }
        }
    }
}
