import Cryptography
package import PaymentCore

/// Stripe, API version `2026-10-28.endive`.
package enum Stripe {
    package static let descriptor = VendorDescriptor(
        id: VendorID(known: "stripe"),
        name: "Stripe",
        capabilities: Capabilities(
            operations: [.authorize, .capture, .void, .refund, .tokenize, .detach, .lookUp],
            // A wallet in front of a card: Apple Pay, Google Pay, Link.
            methodKinds: [.card, .wallet],
            manualCapture: true,
            partialCapture: true,
            multiCapture: .perPayment,
            partialRefund: true,
            offSession: true,
            // Keys can be removed once they are 24 h old; then a repetition is a new charge.
            recovery: .repeatSameKey(window: .seconds(86_400)),
            maximumAmount: Amounts.maximumOnWire,
            maximumAmounts: Amounts.exceptionalMaxima,
            callTimeout: .seconds(30),
            authorizationLifetime: .seconds(7 * 86_400)
        ),
        fields: Fields.all,
        implementation: .dialect(Dialect.self),
        routing: routing
    )

    /// Sent with every call: without it the account's default version would answer.
    static let apiVersion = "2026-10-28.endive"

    /// What an account is configured with.
    enum Fields {
        static let secretKey = CredentialField(
            "secret_key",
            "Secret or restricted API key, sk_… or rk_…",
            isSecret: true,
            isRequired: true
        )
        static let publishableKey = CredentialField(
            "publishable_key",
            "Publishable key for the payer's page, pk_…"
        )
        static let webhookSecrets = CredentialField(
            "webhook_secrets",
            "Signing secrets of the webhook endpoint, whsec_…; two while one replaces another",
            isSecret: true,
            rotates: true
        )
        static let connectedAccount = CredentialField(
            "connected_account",
            "Connected account to act for, acct_…"
        )
        static let multicapture = CredentialField(
            "request_multicapture",
            "Whether to ask for several captures of one hold; some accounts may not ask",
            shape: .choice(["if_available", "never"]),
            defaultValue: "if_available"
        )
        static let apiBase = CredentialField(
            "api_base",
            "Where the API is reached",
            shape: .baseURL,
            defaultValue: "https://api.stripe.com"
        )

        static let all = [
            secretKey, publishableKey, webhookSecrets, connectedAccount, multicapture, apiBase,
        ]
    }

    /// Stripe's language for one merchant account.
    package struct Dialect: VendorDialect {
        let base: VendorBaseURL
        let secretKey: Secret
        let publishableKey: String?
        let webhookSecrets: [Secret]
        let connectedAccount: String?
        let multicapture: String?
        let tenant: TenantID
        let mode: MerchantAccount.Mode

        package init(_ account: MerchantAccount) throws(VendorRejection) {
            let credentials = account.credentials
            guard let key = Fields.secretKey.value(in: credentials) else {
                throw .configuration("secret_key is missing")
            }
            guard Self.isUsable(key, in: account.mode) else {
                throw .configuration("secret_key belongs to the other mode")
            }
            guard let base = Fields.apiBase.value(in: credentials).flatMap(VendorBaseURL.init)
            else { throw .configuration("api_base is not an https URL") }
            self.base = base
            secretKey = Secret(key)
            publishableKey = Fields.publishableKey.value(in: credentials)
            webhookSecrets = credentials.values(Fields.webhookSecrets.name)
                .filter { !$0.isEmpty }.map { Secret($0) }
            connectedAccount = Fields.connectedAccount.value(in: credentials)
            multicapture = Fields.multicapture.value(in: credentials)
            tenant = account.tenant
            mode = account.mode
        }

        /// The key decides where money moves, so one that names the other mode is never sent.
        private static func isUsable(_ key: String, in mode: MerchantAccount.Mode) -> Bool {
            switch mode {
            case .test: !key.hasPrefix("sk_live_") && !key.hasPrefix("rk_live_")
            case .live: !key.hasPrefix("sk_test_") && !key.hasPrefix("rk_test_")
            }
        }
    }
}
