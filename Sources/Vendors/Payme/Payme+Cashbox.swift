import Cryptography
import PaymentCore

extension Payme {
    /// A merchant account: what Payme calls a cashbox.
    struct Cashbox: Sendable {
        let merchantID: String
        let login: String
        /// The first is sent; each is accepted, while one replaces another.
        let keys: [Secret]
        /// The member of `account` that names the order.
        let accountField: String
        let usesSubscribe: Bool
        let sendsLinks: Bool
        let holds: Bool
        /// Whether Payme may cancel what was performed.
        let refunds: Bool
        let language: String
        let returnWait: String?
        let checkout: VendorBaseURL
        let api: VendorBaseURL
        let taxes: FiscalDetail.Taxes?

        init(_ account: MerchantAccount) throws(VendorRejection) {
            let credentials = account.credentials
            guard let merchantID = Fields.merchantID.value(in: credentials) else {
                throw .configuration("merchant_id is missing")
            }
            keys = credentials.values(Fields.key.name).filter { !$0.isEmpty }.map { Secret($0) }
            guard !keys.isEmpty else { throw .configuration("key is missing") }
            let (page, api) = Self.hosts(account.mode)
            guard
                let checkout = VendorBaseURL(Fields.checkoutBase.value(in: credentials) ?? page),
                let api = VendorBaseURL(Fields.apiBase.value(in: credentials) ?? api)
            else { throw .configuration("checkout_base or api_base is not an https URL") }
            self.merchantID = merchantID
            login = Fields.login.value(in: credentials) ?? ""
            accountField = Fields.accountField.value(in: credentials) ?? ""
            usesSubscribe = Fields.subscribe.isOn(in: credentials)
            sendsLinks = usesSubscribe && Fields.smsLinks.isOn(in: credentials)
            holds = Fields.holds.isOn(in: credentials)
            refunds = Fields.cancelPerformed.value(in: credentials) == "allow"
            language = Fields.language.value(in: credentials) ?? ""
            returnWait = Fields.returnWait.value(in: credentials)
            self.checkout = checkout
            self.api = api
            taxes = FiscalDetail.Taxes(credentials)
        }

        private static func hosts(_ mode: MerchantAccount.Mode) -> (page: String, api: String) {
            switch mode {
            case .live: ("https://checkout.paycom.uz", "https://checkout.paycom.uz/api")
            case .test: ("https://test.paycom.uz", "https://checkout.test.paycom.uz/api")
            }
        }
    }
}

extension Payme.Cashbox {
    /// Whether these are the credentials that Payme calls us with (section 2.1). Compares in
    /// constant time; names are case-sensitive.
    func admits(authorization: String?) -> Bool {
        let scheme = "basic "
        guard let authorization, authorization.lowercased().hasPrefix(scheme),
            let presented = Base64.decode(String(authorization.dropFirst(scheme.utf8.count)))
        else { return false }
        return keys.contains { key in
            constantTimeEquals(presented, Array("\(login):".utf8) + key.reveal())
        }
    }
}
