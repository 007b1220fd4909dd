import Cryptography
package import PaymentCore

/// PayPal: Orders v2, Payments v2, Vault v3, Webhooks v1.
///
/// A payment's reference is its order; the authorization and the captures under it have
/// identifiers of their own, which its details hold.
package enum PayPal {
    package static let descriptor = VendorDescriptor(
        id: VendorID(known: "paypal"),
        name: "PayPal",
        capabilities: Capabilities(
            operations: [.authorize, .capture, .void, .refund, .tokenize, .detach, .lookUp],
            methodKinds: [.wallet, .card, .redirect],
            currencies: Amounts.currencies,
            manualCapture: true,
            partialCapture: true,
            multiCapture: .always,
            partialRefund: true,
            offSession: true,
            // Orders keep their keys for 6 hours, payments for 45 days: the shorter counts.
            recovery: .repeatSameKey(window: .seconds(6 * 3_600)),
            callTimeout: .seconds(30),
            authorizationLifetime: .seconds(29 * 86_400),
            // Three hours to come to the page and three to finish, unless the account has more.
            pageLifetime: .seconds(6 * 3_600)
        ),
        fields: Fields.all,
        implementation: .dialect(Dialect.self)
    )

    /// What an account is configured with.
    enum Fields {
        static let clientID = CredentialField(
            "client_id",
            "Client ID of the REST app; also shown to the payer's page",
            isRequired: true
        )
        static let clientSecret = CredentialField(
            "client_secret",
            "Secret of the REST app",
            isSecret: true,
            isRequired: true
        )
        static let webhookID = CredentialField(
            "webhook_id",
            "ID of the webhook registration whose notifications come to this account"
        )
        static let webhookVerification = CredentialField(
            "webhook_verification",
            "How notifications are verified: by PayPal's certificate, or by asking PayPal",
            shape: .choice(["certificate", "api"]),
            defaultValue: "certificate"
        )
        static let webhookAuthorities = CredentialField(
            "webhook_authorities",
            "Certificates (DER in Base64) to trust instead of the system's, for simulators",
            rotates: true
        )
        static let approvalHours = CredentialField(
            "approval_hours",
            "How long a payer may take to approve, as PayPal has it for this account",
            shape: .choice(["6", "24", "48", "72"]),
            defaultValue: "6"
        )
        static let partner = CredentialField(
            "partner_attribution_id",
            "Partner's BN code"
        )
        static let assertion = CredentialField(
            "auth_assertion",
            "JWT that lets a platform act for this merchant",
            isSecret: true
        )
        static let apiBase = CredentialField(
            "api_base",
            "Where the API is reached; when left out, PayPal's own place for the account's mode",
            shape: .baseURL
        )

        static let all = [
            clientID, clientSecret, webhookID, webhookVerification, webhookAuthorities,
            approvalHours, partner, assertion, apiBase,
        ]
    }

    /// PayPal's language for one merchant account.
    package struct Dialect: VendorDialect {
        let base: VendorBaseURL
        let clientID: String
        let clientSecret: Secret
        let webhook: WebhookTrust
        let approvalWindow: Duration
        let partner: String?
        let assertion: Secret?
        let mode: MerchantAccount.Mode

        package init(_ account: MerchantAccount) throws(VendorRejection) {
            let credentials = account.credentials
            guard let clientID = Fields.clientID.value(in: credentials) else {
                throw .configuration("client_id is missing")
            }
            guard let secret = Fields.clientSecret.value(in: credentials) else {
                throw .configuration("client_secret is missing")
            }
            let own = Fields.apiBase.value(in: credentials)
            guard let base = VendorBaseURL(own ?? Self.base(of: account.mode)) else {
                throw .configuration("api_base is not an https URL")
            }
            guard base.text != Self.base(of: account.mode.other) else {
                throw .configuration("api_base belongs to the other mode")
            }
            guard
                let hours = Fields.approvalHours.value(in: credentials).flatMap({ Int64($0) })
            else { throw .configuration("approval_hours is not a number") }
            self.base = base
            self.clientID = clientID
            clientSecret = Secret(secret)
            webhook = WebhookTrust(credentials, mode: account.mode, base: base)
            approvalWindow = .seconds(hours * 3_600)
            partner = Fields.partner.value(in: credentials)
            assertion = Fields.assertion.value(in: credentials).map { Secret($0) }
            mode = account.mode
        }

        private static func base(of mode: MerchantAccount.Mode) -> String {
            switch mode {
            case .test: "https://api-m.sandbox.paypal.com"
            case .live: "https://api-m.paypal.com"
            }
        }
    }
}

extension MerchantAccount.Mode {
    fileprivate var other: MerchantAccount.Mode {
        switch self {
        case .test: .live
        case .live: .test
        }
    }
}
