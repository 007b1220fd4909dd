import Cryptography
import JSON
import PaymentCore

extension Click {
    /// A merchant account: what Click calls a service.
    struct Service: Sendable {
        let merchantID: String
        let id: String
        let userID: String
        /// The first is used for what we send; each is accepted, while one replaces another.
        let secrets: [Secret]
        let answersRepeatsWithSuccess: Bool
        let refundsParts: Bool
        let takesTokens: Bool
        let takesPass: Bool
        /// Of CLICK Pass.
        let cashbox: String?
        let cardType: String?
        let payBase: VendorBaseURL
        let apiBase: VendorBaseURL
        let taxes: FiscalReceipt.Taxes?
        let dialogue: Dialogue
        /// Parameters of the Advanced and the Split Shop.
        let orderParameter: String
        let amountParameter: String
        /// Whether questions that carry no signature are answered.
        let answersUnsigned: Bool
        let split: Split?
        private let declineClasses: [String: Decline.Class]

        init(_ account: MerchantAccount) throws(VendorRejection) {
            let credentials = account.credentials
            guard let merchantID = Fields.merchantID.value(in: credentials),
                let id = Fields.serviceID.value(in: credentials),
                let userID = Fields.userID.value(in: credentials)
            else {
                throw .configuration("merchant_id, service_id or merchant_user_id is missing")
            }
            secrets = credentials.values(Fields.secretKey.name)
                .filter { !$0.isEmpty }.map { Secret($0) }
            guard !secrets.isEmpty else { throw .configuration("secret_key is missing") }
            guard let payBase = Fields.payBase.value(in: credentials).flatMap(VendorBaseURL.init),
                let apiBase = Fields.apiBase.value(in: credentials).flatMap(VendorBaseURL.init)
            else { throw .configuration("pay_base or api_base is not an https URL") }
            self.merchantID = merchantID
            self.id = id
            self.userID = userID
            self.payBase = payBase
            self.apiBase = apiBase
            answersRepeatsWithSuccess = Fields.repeatComplete.value(in: credentials) == "0"
            refundsParts = Fields.partialRefunds.isOn(in: credentials)
            takesTokens = Fields.cardTokens.isOn(in: credentials)
            takesPass = Fields.clickPass.isOn(in: credentials)
            cashbox = Fields.cashbox.value(in: credentials)
            cardType = Fields.cardType.value(in: credentials).flatMap { $0 == "any" ? nil : $0 }
            taxes = FiscalReceipt.Taxes(credentials)
            dialogue = Fields.dialogue.value(in: credentials).flatMap(Dialogue.init) ?? .shop
            orderParameter = Fields.orderParameter.value(in: credentials) ?? ""
            amountParameter = Fields.amountParameter.value(in: credentials) ?? ""
            answersUnsigned = Fields.unsigned.isOn(in: credentials)
            split = Split(Fields.splitShares.value(in: credentials))
            // Silence is right: the field's shape was checked when it was given.
            let table = try? JSONValue.parse(Fields.declineClasses.value(in: credentials) ?? "")
            declineClasses = (table?.objectValue?.members ?? []).reduce(into: [:]) {
                $0[$1.name] = $1.value.stringValue.flatMap(Decline.Class.init)
            }
        }
    }
}

extension Click.Service {
    /// What a refusal means for the payer's next step (section 6). Click publishes no table of its
    /// codes: the account's own comes first, then what the note says, else they may try again.
    func decline(_ code: Int64, _ note: String) -> Decline {
        let text = note.lowercased()
        let isHard = Self.hardWords.contains { text.contains($0) }
        let kind = declineClasses[String(code)] ?? (isHard ? .hard : .soft)
        return Decline(kind, code: String(code))
    }

    private static let hardWords = [
        "blocked", "expired card", "card expired", "invalid card", "заблокирован", "карта истекла",
        "срок действия карты", "недействительн", "bloklangan", "muddati oʻtgan", "muddati o'tgan",
    ]
}
