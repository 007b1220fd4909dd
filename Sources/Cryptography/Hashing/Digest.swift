import COpenSSL

/// A message digest (FIPS 180-4; MD5 is RFC 1321).
///
/// MD5 and SHA-1 are here for vendors whose signatures need them, never for anything of ours.
package enum Digest: String, Sendable, Hashable, CaseIterable {
    case md5
    case sha1
    case sha256
    case sha512

    /// Length of the result, in bytes.
    package var byteCount: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha256: 32
        case .sha512: 64
        }
    }

    package func hash(_ bytes: [UInt8]) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { output, count in
            let done = unsafe bytes.withInput { input, length in
                unsafe EVP_Digest(input, length, output.baseAddress, nil, algorithm, nil)
            }
            precondition(done == 1, "OpenSSL provides \(self)")
            count = byteCount
        }
    }

    /// The digest of the UTF-8 of `text`.
    package func hash(_ text: String) -> [UInt8] { hash(Array(text.utf8)) }

    var algorithm: OpaquePointer? {
        switch self {
        case .md5: unsafe EVP_md5()
        case .sha1: unsafe EVP_sha1()
        case .sha256: unsafe EVP_sha256()
        case .sha512: unsafe EVP_sha512()
        }
    }
}
