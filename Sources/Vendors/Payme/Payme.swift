import PaymentCore

/// Payme (Paycom), Uzbekistan: the Merchant API, by which Payme asks us, and the Subscribe API, by
/// which we ask Payme.
package enum Payme {
    package static let descriptor = VendorDescriptor(
        id: VendorID(known: "payme"),
        name: "Payme",
        capabilities: Capabilities(
            operations: [.authorize, .capture, .void, .refund, .tokenize, .detach, .lookUp],
            methodKinds: [.card, .mobileMoney, .redirect],
            currencies: ["UZS"],
            manualCapture: true,
            offSession: true,
            // Nothing of Payme's is idempotent by a key.
            recovery: .lookUp,
            callTimeout: .seconds(30),
            // What waits for the card's processing centre takes longer than our call.
            longestRequest: .seconds(300),
            authorizationLifetime: .seconds(30 * 86_400),
            particulars: [.payer, .items]
        ),
        fields: Fields.all,
        implementation: .dialect(Dialect.self),
        questions: Questions()
    )

    /// What an account is configured with.
    enum Fields {
        static let merchantID = CredentialField(
            "merchant_id",
            "The cashbox's identifier, 24 characters",
            isRequired: true
        )
        static let key = CredentialField(
            "key",
            "The cashbox's KEY, or TEST_KEY in test mode; two while one replaces another",
            isSecret: true,
            isRequired: true,
            rotates: true
        )
        static let login = CredentialField(
            "login",
            "The login that Payme calls us with",
            defaultValue: "Paycom"
        )
        static let accountField = CredentialField(
            "account_field",
            "The cashbox's account field that names the order",
            defaultValue: "order_id"
        )
        static let subscribe = CredentialField.toggle(
            "subscribe",
            "Whether the Subscribe API is used: stored cards, holds and refunds"
        )
        static let smsLinks = CredentialField.toggle(
            "sms_links",
            "Whether Payme sends payment links by SMS; with subscribe, and a cashbox with billing"
        )
        static let holds = CredentialField.toggle(
            "holds",
            "Whether Payme enabled holds for the cashbox; in production only"
        )
        static let cancelPerformed = CredentialField(
            "cancel_performed",
            "Whether Payme may give back what was paid, from its cabinet or by its support",
            shape: .choice(["allow", "refuse"]),
            defaultValue: "allow"
        )
        static let language = CredentialField(
            "language",
            "The language of the payment page",
            shape: .choice(["ru", "uz", "en"]),
            defaultValue: "ru"
        )
        static let returnWait = CredentialField(
            "return_wait",
            "Milliseconds before the payment page returns the payer",
            shape: .integer(0...60_000)
        )
        static let fiscalCode = CredentialField(
            "fiscal_code",
            "IKPU of items whose sku is none; without it their orders have no fiscal detail",
            shape: .integer(0...99_999_999_999_999_999)
        )
        static let fiscalPackage = CredentialField(
            "fiscal_package_code",
            "Package code of the items"
        )
        static let fiscalVAT = CredentialField(
            "fiscal_vat_percent",
            "VAT of the items, whole percents",
            shape: .integer(0...100),
            defaultValue: "12"
        )
        static let checkoutBase = CredentialField(
            "checkout_base",
            "Where the payment page is; by default Payme's own for the account's mode",
            shape: .baseURL
        )
        static let apiBase = CredentialField(
            "api_base",
            "Where the Subscribe API is; by default Payme's own for the account's mode",
            shape: .baseURL
        )

        static let all = [
            merchantID, key, login, accountField, subscribe, smsLinks, holds, cancelPerformed,
            language, returnWait, fiscalCode, fiscalPackage, fiscalVAT, checkoutBase, apiBase,
        ]
    }
}
