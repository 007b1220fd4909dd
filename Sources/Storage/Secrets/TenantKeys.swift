internal import Cryptography
internal import PaymentCore

/// One tenant's data keys, open in memory: the newest seals, all open.
struct TenantKeys: Sendable {
    /// What a sealed value is; bound to it, so that no ciphertext can take another's place.
    enum Purpose: CustomStringConvertible {
        case token(PaymentMethodID)
        case payer(AttemptID)
        case credentials(MerchantAccountID)
        case delivery(WebhookID)
        case subscription(EventSubscriptionID)
        case event(InboundEventID)

        var description: String {
            switch self {
            case .token(let id): "token of \(id)"
            case .payer(let id): "payer of \(id)"
            case .credentials(let id): "credentials of \(id)"
            case .delivery(let id): "delivery of \(id)"
            case .subscription(let id): "secret of \(id)"
            case .event(let id): "data of \(id)"
            }
        }
    }

    let currentVersion: Int
    private let versions: [Int: Secret]
    private let hashKey: [UInt8]

    /// Nil when there is no first version: without it no token could be found by its hash.
    init?(_ versions: [Int: Secret]) {
        guard let first = versions[1], let current = versions.keys.max() else { return nil }
        self.versions = versions
        currentVersion = current
        // Stays with the first version: a rotation must not lose the way to stored tokens.
        hashKey = HMAC.sha256(key: first.reveal(), message: Array("token hash".utf8))
    }

    func seal(_ text: String, as purpose: Purpose) -> [UInt8] {
        seal(Array(text.utf8), as: purpose)
    }

    func seal(_ bytes: [UInt8], as purpose: Purpose) -> [UInt8] {
        guard let key = versions[currentVersion] else {
            preconditionFailure("invariant: the current version is one of the versions")
        }
        return Envelope.seal(bytes, under: key, bound: purpose.description)
    }

    /// Nil when the version is unknown or the bytes were altered or belong elsewhere.
    func open(_ sealed: [UInt8], version: Int, as purpose: Purpose) -> [UInt8]? {
        versions[version].flatMap {
            Envelope.open(sealed, under: $0, bound: purpose.description)
        }
    }

    func hash(_ token: String) -> [UInt8] {
        HMAC.sha256(key: hashKey, message: Array(token.utf8))
    }
}
