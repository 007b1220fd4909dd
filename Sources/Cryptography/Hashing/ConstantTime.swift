import COpenSSL

/// Whether both hold the same bytes, in a time that depends on their lengths alone.
package func constantTimeEquals(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    guard one.count == other.count else { return false }
    return unsafe one.withInput { left, count in
        unsafe other.withInput { right, _ in
            unsafe CRYPTO_memcmp(left, right, count) == 0
        }
    }
}

/// Whether both texts have the same UTF-8, in a time that depends on their lengths alone.
package func constantTimeEquals(_ one: String, _ other: String) -> Bool {
    constantTimeEquals(Array(one.utf8), Array(other.utf8))
}
