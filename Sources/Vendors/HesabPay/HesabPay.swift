import Cryptography
package import PaymentCore

/// HesabPay (hesab.com): a hosted checkout for mobile wallet and cards in Afghanistan. Its wire is
/// known from integrations rather than from a specification, so every name of it is configured.
package enum HesabPay {
    package static let descriptor = VendorDescriptor(
        id: VendorID(known: "hesabpay"),
        name: "HesabPay",
        capabilities: Capabilities(
            // Refunds and look-ups only for accounts that configure where they are asked.
            operations: [.authorize, .void, .refund, .lookUp],
            methodKinds: [.card, .mobileMoney, .redirect, .wallet],
            currencies: ["AFN"],
            partialRefund: true,
            // Where a refund is a payout.
            refundApproval: .perAccount,
            recovery: .abandon,
            callTimeout: .seconds(30),
            particulars: [.payer, .items, .payerAccount],
            pageLifetime: .seconds(3_600),
            // It may or may not send again what we could not verify.
            repeatsNotifications: false
        ),
        fields: Fields.all,
        implementation: .dialect(Dialect.self),
        check: { Wire.problems(in: $0) }
    )

    /// What an account is configured with.
    enum Fields {
        static let apiKey = CredentialField(
            "api_key",
            "API key of the developer dashboard",
            isSecret: true,
            isRequired: true
        )
        static let webhookKeys = CredentialField(
            "webhook_key",
            "Signing key of webhooks, for signature_mode hmac_sha256; two while one replaces another",
            isSecret: true,
            rotates: true
        )
        static let pin = CredentialField(
            "pin",
            "The merchant's PIN, for refund_mode payout",
            isSecret: true
        )
        static let wire = CredentialField(
            "wire",
            "What differs from the names and rules in docs/details/hesabpay.md, as JSON",
            shape: .json
        )
        static let apiBase = CredentialField(
            "api_base",
            "Where the API is reached; HesabPay's production or sandbox when not given",
            shape: .baseURL
        )

        static let all = [apiKey, webhookKeys, pin, wire, apiBase]
    }

    /// The currency of the merchant API.
    static let currency = Currency("AFN")

    /// HesabPay's language for one merchant account.
    package struct Dialect: VendorDialect {
        let base: VendorBaseURL
        let apiKey: Secret
        let webhookKeys: [Secret]
        /// The merchant's PIN; nil where refunds are not paid out.
        let pin: Secret?
        let wire: Wire

        package init(_ account: MerchantAccount) throws(VendorRejection) {
            let settings = AccountSettings(account.credentials)
            apiKey = Secret(try settings.word(Fields.apiKey))
            webhookKeys = account.credentials.values(Fields.webhookKeys.name)
                .filter { !$0.isEmpty }.map { Secret($0) }
            wire = try Wire(settings)
            pin = wire.refundMode == .payout ? Secret(try settings.word(Fields.pin)) : nil
            if Fields.apiBase.value(in: account.credentials) != nil {
                base = try settings.baseURL(Fields.apiBase)
            } else {
                base = account.mode == .live ? wire.base : wire.sandboxBase
            }
        }

        package func narrowed(_ capabilities: Capabilities) -> Capabilities {
            var capabilities = capabilities
            if wire.paths.status == nil { capabilities.operations.remove(.lookUp) }
            capabilities.refundApproval = pin == nil ? .never : .always
            if pin == nil, wire.paths.refund == nil { capabilities.operations.remove(.refund) }
            capabilities.pageLifetime = wire.sessionLifetime
            return capabilities
        }
    }
}
