internal import HTTP

extension Click {
    /// What a call to the Merchant API asks for; the raw value names it in faults and in the journal.
    enum Operation: String, Sendable, CaseIterable {
        case createInvoice = "invoice.create"
        case invoiceStatus = "invoice.status"
        case paymentStatus = "payment.status"
        case statusByReference = "payment.status_by_mti"
        case reverse = "payment.reversal"
        case reversePartially = "payment.partial_reversal"
        case requestToken = "card_token.request"
        case verifyToken = "card_token.verify"
        case payByToken = "card_token.payment"
        case deleteToken = "card_token.delete"
        case payByPass = "click_pass.payment"
        case confirmPass = "click_pass.confirm"
        case beginConfirming = "click_pass.confirmation.on"
        case endConfirming = "click_pass.confirmation.off"
        case submitItems = "ofd_data.submit_items"
        case submitQRCode = "ofd_data.submit_qrcode"
        case fiscalData = "ofd_data.get"

        /// The published sample carries no `Auth`: the payer's browser may call it (section 4.2).
        var isForBrowsers: Bool { self == .requestToken }
    }

    /// Where a call goes: the operation and the values in its path.
    struct Route: Sendable {
        let operation: Operation
        /// Decoded.
        let values: [String]

        /// Nil for a method and path that the vendor does not know.
        init?(_ method: HTTPMethod, _ path: String) {
            let raw = path.split(separator: "/", omittingEmptySubsequences: false)
            let parts = raw.dropFirst(3).compactMap { PercentCoding.decode($0) }
            guard parts.count == raw.count - 3, !parts.contains("") else { return nil }
            guard let (operation, names) = Self.operation(method, parts) else { return nil }
            self.operation = operation
            values = Array(parts.dropFirst(names))
        }

        /// The operation, and how many parts of the path name it.
        private static func operation(
            _ method: HTTPMethod,
            _ parts: [String]
        ) -> (Operation, Int)? {
            let first = parts.first ?? ""
            let second = parts.count > 1 ? parts[1] : ""
            return switch (method, first, second, parts.count) {
            case (.post, "invoice", "create", 2): (.createInvoice, 2)
            case (.get, "invoice", "status", 4): (.invoiceStatus, 2)
            case (.get, "payment", "status", 4): (.paymentStatus, 2)
            case (.get, "payment", "status_by_mti", 5): (.statusByReference, 2)
            case (.delete, "payment", "reversal", 4): (.reverse, 2)
            case (.delete, "payment", "partial_reversal", 5): (.reversePartially, 2)
            case (.get, "payment", "ofd_data", 4): (.fiscalData, 2)
            case (.post, "payment", "ofd_data", 3) where parts[2] == "submit_items":
                (.submitItems, 3)
            case (.post, "payment", "ofd_data", 3) where parts[2] == "submit_qrcode":
                (.submitQRCode, 3)
            case (.post, "card_token", "request", 2): (.requestToken, 2)
            case (.post, "card_token", "verify", 2): (.verifyToken, 2)
            case (.post, "card_token", "payment", 2): (.payByToken, 2)
            case (.delete, "card_token", _, 3): (.deleteToken, 1)
            case (.post, "click_pass", "payment", 2): (.payByPass, 2)
            case (.post, "click_pass", "confirm", 2): (.confirmPass, 2)
            case (.put, "click_pass", "confirmation", 3): (.beginConfirming, 2)
            case (.delete, "click_pass", "confirmation", 3): (.endConfirming, 2)
            default: nil  // Paths are open; whatever is not listed is unknown.
            }
        }
    }
}
