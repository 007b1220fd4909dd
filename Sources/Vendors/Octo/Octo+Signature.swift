import Cryptography
import PaymentCore

extension Octo {
    /// What callbacks of an account are signed with (section 2.2). Both schemes are the same outer
    /// formula, `SHA1(K + uuid + status)`, and differ in `K`.
    enum CallbackKeys {
        case unique([Secret])
        case derived(salt: Secret, secret: Secret)

        private enum Mode: String {
            case uniqueKey = "unique_key"
            case derived
        }

        init(_ settings: AccountSettings, _ secret: Secret) throws(VendorRejection) {
            let mode: Mode = try settings.choice(Fields.signatureMode)
            switch mode {
            case .uniqueKey:
                let keys = settings.credentials.values(Fields.uniqueKeys.name)
                self = .unique(keys.filter { !$0.isEmpty }.map { Secret($0) })
            case .derived:
                let salt = Fields.signatureSalt.value(in: settings.credentials) ?? ""
                self = .derived(salt: Secret(salt), secret: secret)
            }
        }

        /// Checks a callback's signature against every key. It covers uuid and status alone.
        func verify(_ callback: Callback) throws(NoticeRefusal) {
            guard let text = callback.signature else { throw .signatureMissing }
            guard let signature = Hex.decode(text), signature.count == Digest.sha1.byteCount else {
                throw .signatureMalformed
            }
            let signed = Array((callback.uuid + callback.statusWord).utf8)
            var isGenuine = false
            for key in try keys(for: callback)
            where constantTimeEquals(signature, Digest.sha1.hash(key + signed)) {
                isGenuine = true
            }
            guard isGenuine else { throw .signatureWrong }
        }

        private func keys(for callback: Callback) throws(NoticeRefusal) -> [[UInt8]] {
            switch self {
            case .unique(let keys):
                // Without a key everything would have to be believed: fail closed.
                guard !keys.isEmpty else { throw .notConfigured }
                return keys.map { $0.reveal() }
            case .derived(let salt, let secret):
                guard let hashKey = callback.hashKey else { throw .signatureMissing }
                let inner = salt.reveal() + secret.reveal() + Array(hashKey.utf8)
                return [Array(Hex.encode(Digest.sha1.hash(inner)).uppercased().utf8)]
            }
        }
    }
}
