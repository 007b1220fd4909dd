import COpenSSL

/// One encryption or decryption with AES-256; owns its OpenSSL context.
@safe final class AESRun {
    enum Mode: String {
        case gcm = "AES-256-GCM"
        case cbc = "AES-256-CBC"

        fileprivate var vectorLength: Int {
            switch self {
            case .gcm: AESGCM.nonceLength
            case .cbc: AESCBC.vectorLength
            }
        }
    }

    private static let keyLength = 32
    private static let blockLength = 16

    private let context: OpaquePointer

    /// A key or vector of another length is the caller's fault.
    init(_ mode: Mode, key: Secret, vector: [UInt8], encrypts: Bool) {
        precondition(key.byteCount == Self.keyLength && vector.count == mode.vectorLength)
        guard let context = unsafe EVP_CIPHER_CTX_new() else {
            preconditionFailure("out of memory")
        }
        unsafe self.context = context
        let cipher = unsafe mode == .gcm ? EVP_aes_256_gcm() : EVP_aes_256_cbc()
        let started = unsafe key.reveal().withInput { key, _ in
            unsafe vector.withInput { vector, _ in
                unsafe EVP_CipherInit_ex(context, cipher, nil, key, vector, encrypts ? 1 : 0)
            }
        }
        precondition(started == 1, "OpenSSL provides \(mode.rawValue)")
    }

    deinit { unsafe EVP_CIPHER_CTX_free(context) }

    func authenticate(_ bytes: [UInt8]) {
        var length: Int32 = 0
        let updated = unsafe bytes.withInput { bytes, count in
            unsafe EVP_CipherUpdate(context, nil, &length, bytes, Int32(count))
        }
        precondition(updated == 1, "AES-GCM takes any context")
    }

    /// What is ready of all that came so far.
    func transform(_ bytes: [UInt8]) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        let most = bytes.count + Self.blockLength
        return unsafe [UInt8](unsafeUninitializedCapacity: most) { output, count in
            var length: Int32 = 0
            let updated = unsafe bytes.withInput { input, inputCount in
                unsafe EVP_CipherUpdate(
                    context,
                    output.baseAddress,
                    &length,
                    input,
                    Int32(inputCount)
                )
            }
            precondition(updated == 1, "AES takes any text")
            count = Int(length)
        }
    }

    /// What was still held back; nil when a tag or a padding does not fit. OpenSSL compares tags in
    /// constant time.
    func finish() -> [UInt8]? {
        var length: Int32 = 0
        var rest = [UInt8](repeating: 0, count: Self.blockLength)
        guard unsafe EVP_CipherFinal_ex(context, &rest, &length) == 1 else { return nil }
        return Array(rest.prefix(Int(length)))
    }

    /// Of an encryption that is finished.
    func tag() -> [UInt8] {
        var tag = [UInt8](repeating: 0, count: AESGCM.tagLength)
        exchange(&tag, by: EVP_CTRL_AEAD_GET_TAG)
        return tag
    }

    /// What a decryption must end with.
    func expect(tag: [UInt8]) {
        var tag = tag
        exchange(&tag, by: EVP_CTRL_AEAD_SET_TAG)
    }

    private func exchange(_ tag: inout [UInt8], by control: Int32) {
        let done = unsafe EVP_CIPHER_CTX_ctrl(context, control, Int32(tag.count), &tag)
        precondition(done == 1, "AES-GCM has a tag of 16 bytes")
    }
}
