import PaymentCore

/// Click (click.uz), Uzbekistan: the SHOP API, by which Click asks us, and the Merchant API, by
/// which we ask Click.
package enum Click {
    package static let descriptor = VendorDescriptor(
        id: VendorID(known: "click"),
        name: "Click",
        capabilities: Capabilities(
            operations: [.authorize, .void, .refund, .tokenize, .detach, .lookUp, .registerSale],
            methodKinds: [.card, .redirect, .mobileMoney],
            // CLICK Pass: the payer's app shows a code.
            oneTimeTokens: [.wallet],
            currencies: ["UZS"],
            partialRefund: true,
            offSession: true,
            // Nothing of Click's is idempotent by a key.
            recovery: .lookUp,
            callTimeout: .seconds(30),
            // A reversal waits for the card's processing centre, longer than our call.
            longestRequest: .seconds(300),
            particulars: [.payer]
        ),
        fields: Fields.all,
        implementation: .dialect(Dialect.self),
        questions: Questions(),
        routing: routing,
        check: { Split.problems(in: $0) }
    )

    /// What an account is configured with: one service of a merchant.
    enum Fields {
        static let merchantID = CredentialField(
            "merchant_id",
            "The merchant's number",
            shape: .integer(1...Int64.max),
            isRequired: true
        )
        static let serviceID = CredentialField(
            "service_id",
            "The service's number",
            shape: .integer(1...Int64.max),
            isRequired: true
        )
        static let userID = CredentialField(
            "merchant_user_id",
            "The merchant user's number, for the Merchant API",
            shape: .integer(1...Int64.max),
            isRequired: true
        )
        static let secretKey = CredentialField(
            "secret_key",
            "The service's SECRET_KEY; two while one replaces another",
            isSecret: true,
            isRequired: true,
            rotates: true
        )
        static let repeatComplete = CredentialField(
            "repeat_complete",
            "The answer to a repeated confirmation: already paid, or success again",
            shape: .choice(["-4", "0"]),
            defaultValue: "-4"
        )
        static let partialRefunds = CredentialField.toggle(
            "partial_refunds",
            "Whether the contract allows to give back a part"
        )
        static let cardTokens = CredentialField.toggle(
            "card_tokens",
            "Whether the payer's browser may give cards to Click, and we charge their tokens"
        )
        static let clickPass = CredentialField.toggle(
            "click_pass",
            "Whether the service takes CLICK Pass: codes of payers' apps that a till scans"
        )
        static let cashbox = CredentialField(
            "cashbox_code",
            "The cashbox that CLICK Pass payments are told to come from"
        )
        static let dialogue = CredentialField(
            "shop_protocol",
            "How Click asks this service: the plain SHOP API, Advanced Shop or Split Shop",
            shape: .choice([
                Dialogue.shop.rawValue, Dialogue.advanced.rawValue, Dialogue.split.rawValue,
            ]),
            defaultValue: Dialogue.shop.rawValue
        )
        static let orderParameter = CredentialField(
            "order_parameter",
            "The parameter of Advanced and Split Shop that names the order",
            defaultValue: "contract"
        )
        static let amountParameter = CredentialField(
            "amount_parameter",
            "Their parameter that tells the amount, in soum",
            defaultValue: "amount"
        )
        static let unsigned = CredentialField.toggle(
            "unsigned_questions",
            "Whether Getinfo and Compare, which nobody signs, are answered; give the account its networks"
        )
        static let splitShares = CredentialField(
            "split_shares",
            #"Weights of Split Shop's counterparties, as JSON: {"1001":70,"1002":30}"#,
            shape: .json
        )
        static let cardType = CredentialField(
            "card_type",
            "The only card system that the payment page offers",
            shape: .choice(["any", "uzcard", "humo"]),
            defaultValue: "any"
        )
        static let declineClasses = CredentialField(
            "decline_classes",
            #"Classes of Click's refusals by their code, as JSON: {"-5017":"soft"}"#,
            shape: .json,
            defaultValue: "{}"
        )
        static let fiscalCode = CredentialField(
            "fiscal_code",
            "IKPU of items whose sku is none; without it their orders have no fiscal receipt",
            shape: .integer(0...99_999_999_999_999_999)
        )
        static let fiscalPackage = CredentialField(
            "fiscal_package_code",
            "Package code of the items"
        )
        static let fiscalVAT = CredentialField(
            "fiscal_vat_percent",
            "VAT that the items' prices include, whole percents",
            shape: .integer(0...99),
            defaultValue: "12"
        )
        static let fiscalTIN = CredentialField(
            "fiscal_tin",
            "The seller's tax number: TIN of 9 or PINFL of 14 digits",
            shape: .integer(0...99_999_999_999_999)
        )
        static let payBase = CredentialField(
            "pay_base",
            "Where the payment page is",
            shape: .baseURL,
            defaultValue: "https://my.click.uz"
        )
        static let apiBase = CredentialField(
            "api_base",
            "Where the Merchant API is",
            shape: .baseURL,
            defaultValue: "https://api.click.uz/v2/merchant"
        )

        static let all = [
            merchantID, serviceID, userID, secretKey, repeatComplete, partialRefunds, cardTokens,
            clickPass, cashbox, cardType, declineClasses, fiscalCode, fiscalPackage, fiscalVAT,
            fiscalTIN, payBase,
            apiBase, dialogue, orderParameter, amountParameter, unsigned, splitShares,
        ]
    }
}
