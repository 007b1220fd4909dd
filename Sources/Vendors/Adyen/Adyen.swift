import Cryptography
package import PaymentCore

/// Adyen, Checkout API v72 and standard webhooks v1.
///
/// A capture, void or refund is answered `received` and no more, and there is no call that reads a
/// payment: what became of anything is reported by webhook alone, and a lost answer is recovered by
/// asking again under the same key.
package enum Adyen {
    package static let descriptor = VendorDescriptor(
        id: VendorID(known: "adyen"),
        name: "Adyen",
        capabilities: Capabilities(
            operations: [.authorize, .capture, .void, .refund, .tokenize, .detach],
            methodKinds: [.card, .wallet, .redirect],
            manualCapture: true,
            partialCapture: true,
            multiCapture: .perPayment,
            partialRefund: true,
            offSession: true,
            // Keys live for at least 7 days from their first use (section 1).
            recovery: .repeatSameKey(window: .seconds(7 * 86_400)),
            callTimeout: .seconds(30),
            // Adyen's own default (section 2.3); what a scheme guarantees is shorter.
            authorizationLifetime: .seconds(28 * 86_400),
            // A session's default (section 2.2), and the time that its opening takes.
            pageLifetime: .seconds(3_660)
        ),
        fields: Fields.all,
        implementation: .dialect(Dialect.self),
        // Section 5.1: older platforms take no other body for a receipt.
        receipts: NoticeReceipts(
            taken: QuestionReply(contentType: "text/plain", body: Array("[accepted]".utf8)),
            refusedStatus: 401
        ),
        routing: routing
    )

    /// Adyen's language for one merchant account.
    package struct Dialect: VendorDialect {
        /// Up to and including the version.
        let base: String
        let apiKey: Secret
        let merchantAccount: String
        let hmacKeys: [Secret]
        /// What a notification's `Authorization` must be; nil when none is agreed.
        let webhookAuthorization: Secret?
        let clientKey: String?
        /// Where a payer returns to when the payment names no page.
        let returnURL: String
        let countryCode: String?
        let page: Page
        let offSessionModel: String
        let authorisationType: String?
        let multiCapture: Bool
        /// What a page that charges nothing is opened in.
        let sessionCurrency: String
        let mode: MerchantAccount.Mode

        package init(_ account: MerchantAccount) throws(VendorRejection) {
            let credentials = account.credentials
            guard let key = Fields.apiKey.value(in: credentials) else {
                throw .configuration("api_key is missing")
            }
            guard let merchant = Fields.merchantAccount.value(in: credentials) else {
                throw .configuration("merchant_account is missing")
            }
            guard let returnURL = Fields.returnURL.value(in: credentials) else {
                throw .configuration("return_url is missing")
            }
            base = try Self.base(credentials, account.mode)
            apiKey = Secret(key)
            merchantAccount = merchant
            self.returnURL = returnURL
            hmacKeys = credentials.values(Fields.hmacKeys.name).compactMap { text in
                Hex.decode(text).flatMap { $0.isEmpty ? nil : Secret($0) }
            }
            webhookAuthorization = Self.basicAuthorization(credentials)
            clientKey = Fields.clientKey.value(in: credentials)
            guard Self.isUsable(clientKey, in: account.mode) else {
                throw .configuration("client_key belongs to the other mode")
            }
            countryCode = Fields.countryCode.value(in: credentials)
            page = Fields.page.value(in: credentials).flatMap(Page.init) ?? .hosted
            offSessionModel =
                Fields.offSessionModel.value(in: credentials) ?? "UnscheduledCardOnFile"
            authorisationType = Fields.authorisationType.value(in: credentials)
            multiCapture = Fields.multiCapture.value(in: credentials) == "allowed"
            sessionCurrency = account.settlementCurrency?.code ?? "EUR"
            mode = account.mode
        }

        package func narrowed(_ capabilities: Capabilities) -> Capabilities {
            var capabilities = capabilities
            if !multiCapture { capabilities.multiCapture = .never }
            return capabilities
        }

        /// Section 1: the live path names the company's prefix and has one segment more.
        private static func base(
            _ credentials: Credentials,
            _ mode: MerchantAccount.Mode
        ) throws(VendorRejection) -> String {
            if let own = Fields.apiBase.value(in: credentials) {
                guard let url = VendorBaseURL(own) else {
                    throw .configuration("api_base is not an https URL")
                }
                return "\(url.text)/\(version)"
            }
            switch mode {
            case .test: return "https://checkout-test.adyen.com/\(version)"
            case .live:
                guard let prefix = Fields.livePrefix.value(in: credentials),
                    let url = VendorBaseURL(
                        "https://\(prefix)-checkout-live.adyenpayments.com/checkout"
                    ), !prefix.contains(where: { "./:".contains($0) })
                else { throw .configuration("live_prefix is missing or malformed") }
                return "\(url.text)/\(version)"
            }
        }

        private static func basicAuthorization(_ credentials: Credentials) -> Secret? {
            guard let user = Fields.webhookUser.value(in: credentials),
                let password = Fields.webhookPassword.value(in: credentials)
            else { return nil }
            return Secret("Basic " + Base64.encode(Array("\(user):\(password)".utf8)))
        }

        /// The key decides whose cards the page takes, so one of the other mode is never shown.
        private static func isUsable(_ clientKey: String?, in mode: MerchantAccount.Mode) -> Bool {
            guard let clientKey else { return true }
            return !clientKey.hasPrefix(mode == .live ? "test_" : "live_")
        }
    }

    static let version = "v72"

    /// Where the payer gives a method.
    enum Page: String {
        /// Adyen's own page, by redirect.
        case hosted
        /// Adyen's library on the caller's page.
        case embedded
    }
}
