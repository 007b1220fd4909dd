import COpenSSL

/// Random bytes fit for keys and tokens, from OpenSSL's generator.
package enum SecureRandom {
    /// `count` unpredictable bytes. Ends the process when the generator fails: there is no
    /// second best for a key.
    package static func bytes(_ count: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
            let done = unsafe RAND_bytes(output.baseAddress, Int32(count))
            precondition(done == 1, "the random generator works")
            initialized = count
        }
    }
}
