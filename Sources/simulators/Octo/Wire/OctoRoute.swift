internal import HTTP

extension Octo {
    /// What a call asks for; the raw value names it in faults and in the journal.
    enum Operation: String, Sendable, CaseIterable {
        case prepare = "prepare_payment"
        /// The same address with three fields alone (section 3.2).
        case readStatus = "status"
        case setAccept = "set_accept"
        case refund
        case fiscalData = "fiscal-data"
        case pay
        case verificationInfo
        case checkSMSKey = "check_sms_key"
        case blockToken = "block_card_token"

        /// A call from a browser's page shows no secret (section 2.1).
        var needsSecret: Bool {
            switch self {
            case .prepare, .readStatus, .setAccept, .refund, .fiscalData: true
            case .pay, .verificationInfo, .checkSMSKey, .blockToken: false
            }
        }
    }

    /// Where a call goes: the operation and the uuid in its path, empty where there is none.
    struct Route: Sendable {
        var operation: Operation
        let uuid: String

        /// Nil for a method and path that the vendor does not know.
        init?(_ method: HTTPMethod, _ path: String) {
            let parts = path.split(separator: "/")
            let uuid = parts.count == 2 ? parts[1] : ""
            let operation: Operation? =
                switch (method, parts.first ?? "", parts.count) {
                case (.post, "prepare_payment", 1): .prepare
                case (.post, "set_accept", 1): .setAccept
                case (.post, "refund", 1): .refund
                case (.post, "fiscal-data", 1): .fiscalData
                case (.post, "pay", 2): .pay
                case (.get, "verificationInfo", 2): .verificationInfo
                case (.post, "check_sms_key", 1): .checkSMSKey
                case (.post, "block_card_token", 1): .blockToken
                default: nil  // Paths are open; whatever is not listed is unknown.
                }
            guard let operation else { return nil }
            (self.operation, self.uuid) = (operation, String(uuid))
        }
    }
}
