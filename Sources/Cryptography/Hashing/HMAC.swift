import COpenSSL

/// Keyed message authentication (RFC 2104).
package enum HMAC {
    package static func sha256(key: [UInt8], message: [UInt8]) -> [UInt8] {
        authenticate(.sha256, key: key, message: message)
    }

    package static func sha512(key: [UInt8], message: [UInt8]) -> [UInt8] {
        authenticate(.sha512, key: key, message: message)
    }

    package static func sha1(key: [UInt8], message: [UInt8]) -> [UInt8] {
        authenticate(.sha1, key: key, message: message)
    }

    /// The code of `message` under a secret `key`.
    package static func authenticate(
        _ digest: Digest,
        key: Secret,
        message: [UInt8]
    ) -> [UInt8] {
        authenticate(digest, key: key.reveal(), message: message)
    }

    package static func authenticate(
        _ digest: Digest,
        key: [UInt8],
        message: [UInt8]
    ) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: digest.byteCount) { output, count in
            let code = unsafe key.withInput { key, keyLength in
                unsafe message.withInput { message, length in
                    unsafe COpenSSL.HMAC(
                        digest.algorithm,
                        key,
                        Int32(keyLength),
                        message,
                        length,
                        output.baseAddress,
                        nil
                    )
                }
            }
            unsafe precondition(code != nil, "OpenSSL provides HMAC over \(digest)")
            count = digest.byteCount
        }
    }

    /// Whether `code` authenticates `message`; takes the same time wherever they differ.
    package static func verify(
        _ code: [UInt8],
        _ digest: Digest,
        key: Secret,
        message: [UInt8]
    ) -> Bool {
        constantTimeEquals(code, authenticate(digest, key: key, message: message))
    }
}
