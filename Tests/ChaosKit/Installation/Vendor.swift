internal import JSON
internal import TestKit

/// A vendor's simulator, the gateway's account there, and the wire between the two.
struct Vendor: Sendable {
    /// What is particular to a vendor.
    struct Manner: Sendable {
        let name: String
        let settings: JSONValue?
        /// An account's fields, given where the vendor is and a secret of this run.
        let fields: @Sendable (_ base: String, _ secret: String) -> [String: String]
        /// Who is told, as the simulator is configured.
        let receiver: @Sendable (_ url: String, _ secret: String) -> JSONValue
        /// Whether a notification that never comes is found out by asking.
        let canBeAsked: Bool
    }

    let manner: Manner
    let account: String
    let wire: PostgresProxy
    /// Past the wire.
    let simulator: Line
    let process: ServingProcess

    var name: String { manner.name }
}

extension Vendor.Manner {
    static let all = [stripe, adyen, payme]

    /// Answers at once, and repeats by key.
    static let stripe = Vendor.Manner(
        name: "stripe",
        settings: nil,
        fields: { base, secret in
            [
                "secret_key": "sk_test_\(secret)", "webhook_secrets": "whsec_\(secret)",
                "api_base": base,
            ]
        },
        receiver: { url, secret in
            ["url": .string(url), "secrets": [.string("whsec_\(secret)")]]
        },
        canBeAsked: true
    )

    /// Accepts, and tells by notification alone what became of it.
    static let adyen = Vendor.Manner(
        name: "adyen",
        settings: ["manual_capture": true],
        fields: { base, secret in
            [
                "api_key": secret, "merchant_account": "DemoHotel", "hmac_keys": secret,
                "return_url": "https://hotel.example/thanks", "api_base": base,
            ]
        },
        receiver: { url, secret in ["url": .string(url), "secrets": [.string(secret)]] },
        canBeAsked: false
    )

    /// Asks us before and after it debits.
    static let payme = Vendor.Manner(
        name: "payme",
        settings: nil,
        fields: { base, secret in
            [
                "merchant_id": cashbox, "key": secret, "checkout_base": base,
                "api_base": "\(base)/api",
            ]
        },
        receiver: { url, secret in
            ["id": .string(cashbox), "key": .string(secret), "url": .string(url)]
        },
        canBeAsked: true
    )

    private static let cashbox = "5e730e8e0b852a417aa49ceb"
}
