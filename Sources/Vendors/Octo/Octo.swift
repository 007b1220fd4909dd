import Cryptography
package import PaymentCore

/// Octo (octo.uz): a hosted page for Uzcard, Humo, Visa and Mastercard in Uzbekistan, with holds.
package enum Octo {
    package static let descriptor = VendorDescriptor(
        id: VendorID(known: "octo"),
        name: "Octo",
        capabilities: Capabilities(
            operations: [.authorize, .capture, .void, .refund, .tokenize, .detach, .lookUp],
            methodKinds: [.card, .redirect],
            currencies: ["UZS", "USD", "RUB"],
            manualCapture: true,
            partialCapture: true,
            partialRefund: true,
            offSession: true,
            // Our attempt's id is Octo's key for good; a day leaves room for nothing to have changed.
            recovery: .repeatSameKey(window: .seconds(86_400)),
            callTimeout: .seconds(20),
            authorizationLifetime: .seconds(30 * 60),
            particulars: [.payer, .items]
        ),
        fields: Fields.all,
        implementation: .dialect(Dialect.self),
        questions: Questions(),
        // Section 3.5: never with an `accept_status`.
        receipts: NoticeReceipts(taken: QuestionReply(body: Array(#"{"status":"ok"}"#.utf8))),
        check: { FiscalGoods.problems(in: $0) }
    )

    /// What an account is configured with. What the sheet marks as unverified is among it.
    enum Fields {
        static let shopID = CredentialField(
            "shop_id",
            "The shop's number, octo_shop_id",
            shape: .integer(1...Int64.max),
            isRequired: true
        )
        static let secret = CredentialField(
            "octo_secret",
            "The shop's secret from the merchant cabinet",
            isSecret: true,
            isRequired: true
        )
        static let uniqueKeys = CredentialField(
            "unique_key",
            "Signing key of callbacks, from Octo's support; two while one replaces another",
            isSecret: true,
            rotates: true
        )
        static let signatureMode = CredentialField(
            "signature_mode",
            "Whether callbacks are signed with unique_key or with a key derived from octo_secret",
            shape: .choice(["unique_key", "derived"]),
            defaultValue: "unique_key"
        )
        static let signatureSalt = CredentialField(
            "signature_salt",
            "Salt of the derived key; none by default",
            isSecret: true
        )
        static let holdAnswer = CredentialField(
            "hold_callback_answer",
            "What Octo is told when it asks about a hold: decide later, or capture all of it",
            shape: .choice(["waiting_user_action", "capture"]),
            defaultValue: "waiting_user_action"
        )
        static let laterField = CredentialField(
            "hold_answer_field",
            "The member of our answer that says to decide later",
            defaultValue: "accept_status"
        )
        static let holdMinutes = CredentialField(
            "hold_ttl_minutes",
            "How long a hold lives, as agreed with Octo",
            shape: .integer(1...43_200),
            defaultValue: "30"
        )
        static let pageMinutes = CredentialField(
            "page_ttl_minutes",
            "How long the payment page lives",
            shape: .integer(1...1_440),
            defaultValue: "15"
        )
        static let language = CredentialField(
            "language",
            "Language of the payment page",
            shape: .choice(["oz", "uz", "en", "ru"]),
            defaultValue: "uz"
        )
        static let paymentMethods = CredentialField(
            "payment_methods",
            "What the page offers: some of uzcard, humo, bank_card, with commas",
            defaultValue: "uzcard,humo,bank_card"
        )
        static let tokenMethod = CredentialField(
            "token_method",
            "The kind of a saved card whose token does not tell it",
            shape: .choice(["bank_card", "uzcard", "humo"]),
            defaultValue: "bank_card"
        )
        static let tspID = CredentialField(
            "tsp_id",
            "Sub-merchant that is paid",
            shape: .integer(1...Int64.max)
        )
        static let supplierShopID = CredentialField(
            "supplier_shop_id",
            "Supplier's shop that refunds are taken from",
            shape: .integer(1...Int64.max)
        )
        static let fraudRisk = CredentialField(
            "fraud_risk_level",
            "The riskLevel from which a cancelled payment counts as fraud",
            shape: .integer(0...100),
            defaultValue: "5"
        )
        static let absentText = CredentialField(
            "absent_text",
            "What Octo's error says about a payment that does not exist",
            shape: .phrase,
            defaultValue: "must not be null"
        )
        static let clockOffset = CredentialField(
            "clock_offset",
            "The zone of Octo's times: Tashkent or UTC",
            shape: .choice([tashkent, "+00:00"]),
            defaultValue: tashkent
        )
        static let fiscalGoods = CredentialField(
            "fiscal_goods",
            "Fiscal codes of what is sold, by item code; see docs/details/octo.md",
            shape: .json
        )
        static let apiBase = CredentialField(
            "api_base",
            "Where the API is reached",
            shape: .baseURL,
            defaultValue: "https://secure.octo.uz"
        )

        static let tashkent = "+05:00"

        static let all = [
            shopID, secret, uniqueKeys, signatureMode, signatureSalt, holdAnswer, laterField,
            holdMinutes, pageMinutes, language, paymentMethods, tokenMethod, tspID, supplierShopID,
            fraudRisk, absentText, clockOffset, fiscalGoods, apiBase,
        ]
    }

    /// What we answer when Octo asks about a hold (section 3.3).
    enum HoldAnswer: String {
        case later = "waiting_user_action"
        case capture
    }

    /// Octo's language for one merchant account.
    package struct Dialect: VendorDialect {
        let base: VendorBaseURL
        let shopID: Int64
        let secret: Secret
        let callbackKeys: CallbackKeys
        let holdAnswer: HoldAnswer
        let laterField: String
        let holdLifetime: Duration
        let pageMinutes: Int64
        let language: String
        let paymentMethods: [String]
        let tokenMethod: String
        let tspID: Int64?
        let supplierShopID: Int64?
        let fraudRisk: Int64
        let absentText: String
        let clockOffset: String
        let fiscalGoods: FiscalGoods?
        let isTest: Bool

        package init(_ account: MerchantAccount) throws(VendorRejection) {
            let settings = AccountSettings(account.credentials)
            base = try settings.baseURL(Fields.apiBase)
            shopID = try settings.number(Fields.shopID)
            secret = Secret(try settings.word(Fields.secret))
            callbackKeys = try CallbackKeys(settings, secret)
            holdAnswer = try settings.choice(Fields.holdAnswer)
            laterField = try settings.word(Fields.laterField)
            holdLifetime = .seconds(60 * (try settings.number(Fields.holdMinutes)))
            pageMinutes = try settings.number(Fields.pageMinutes)
            language = try settings.word(Fields.language)
            paymentMethods = try settings.word(Fields.paymentMethods).split(separator: ",")
                .map(String.init)
            tokenMethod = try settings.word(Fields.tokenMethod)
            tspID = try settings.numberOrNil(Fields.tspID)
            supplierShopID = try settings.numberOrNil(Fields.supplierShopID)
            fraudRisk = try settings.number(Fields.fraudRisk)
            absentText = try settings.word(Fields.absentText).lowercased()
            clockOffset = try settings.word(Fields.clockOffset)
            fiscalGoods = try FiscalGoods(settings)
            isTest = account.mode == .test
        }
    }
}
