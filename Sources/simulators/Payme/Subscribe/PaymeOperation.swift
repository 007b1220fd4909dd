extension Payme {
    /// A method of the Subscribe API; the raw value names it on the wire (section 4).
    enum Operation: String, Sendable, CaseIterable {
        case createCard = "cards.create"
        case sendCode = "cards.get_verify_code"
        case verifyCard = "cards.verify"
        case checkCard = "cards.check"
        case removeCard = "cards.remove"
        case createReceipt = "receipts.create"
        case payReceipt = "receipts.pay"
        case sendReceipt = "receipts.send"
        case cancelReceipt = "receipts.cancel"
        case checkReceipt = "receipts.check"
        case getReceipt = "receipts.get"
        case listReceipts = "receipts.get_all"
        case confirmHold = "receipts.confirm_hold"
        case setFiscalData = "receipts.set_fiscal_data"

        /// Whether a browser may call it, with the merchant's id alone (section 2.2).
        var isForBrowsers: Bool {
            switch self {
            case .createCard, .sendCode, .verifyCard: true
            case .checkCard, .removeCard, .createReceipt, .payReceipt, .sendReceipt,
                .cancelReceipt, .checkReceipt, .getReceipt, .listReceipts, .confirmHold,
                .setFiscalData:
                false
            }
        }
    }
}
