extension Adyen {
    /// What an account is configured with.
    enum Fields {
        static let apiKey = CredentialField(
            "api_key",
            "API key with the Checkout roles",
            isSecret: true,
            isRequired: true
        )
        static let merchantAccount = CredentialField(
            "merchant_account",
            "Name of the merchant account",
            isRequired: true
        )
        static let returnURL = CredentialField(
            "return_url",
            "Where payers return to when a payment names no page",
            isRequired: true
        )
        static let hmacKeys = CredentialField(
            "hmac_keys",
            "HMAC keys of the webhook endpoint, hexadecimal; two while one replaces another",
            isSecret: true,
            rotates: true
        )
        static let webhookUser = CredentialField(
            "webhook_user",
            "User of the webhook endpoint's basic authentication, if one is set"
        )
        static let webhookPassword = CredentialField(
            "webhook_password",
            "Its password",
            isSecret: true
        )
        static let clientKey = CredentialField(
            "client_key",
            "Client key for the payer's page, test_… or live_…"
        )
        static let livePrefix = CredentialField(
            "live_prefix",
            "Prefix of the company's live endpoints; needed in live mode"
        )
        static let countryCode = CredentialField(
            "country_code",
            "Country of the payers, two letters; decides which methods a page offers"
        )
        static let page = CredentialField(
            "page",
            "Where payers give a method: Adyen's hosted page or its library on the caller's page",
            shape: .choice(["hosted", "embedded"]),
            defaultValue: "hosted"
        )
        static let offSessionModel = CredentialField(
            "off_session_model",
            "What charges without the payer are: a fixed schedule or as needed",
            shape: .choice(["UnscheduledCardOnFile", "Subscription"]),
            defaultValue: "UnscheduledCardOnFile"
        )
        static let authorisationType = CredentialField(
            "authorisation_type",
            "Kind of hold to ask for; without it the account's own",
            shape: .choice(["PreAuth", "FinalAuth"])
        )
        static let multiCapture = CredentialField(
            "multiple_partial_captures",
            "Whether the merchant account has them; otherwise a capture releases the rest",
            shape: .choice(["allowed", "never"]),
            defaultValue: "never"
        )
        static let apiBase = CredentialField(
            "api_base",
            "Where Checkout is reached, up to the version, in place of the mode's own",
            shape: .baseURL
        )

        static let all = [
            apiKey, merchantAccount, returnURL, hmacKeys, webhookUser, webhookPassword, clientKey,
            livePrefix, countryCode, page, offSessionModel, authorisationType, multiCapture,
            apiBase,
        ]
    }
}
