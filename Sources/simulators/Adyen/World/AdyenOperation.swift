internal import HTTP

extension Adyen {
    /// What a call asks for; the raw value names it in faults and in the journal.
    enum Operation: String, Sendable, CaseIterable {
        case pay = "payments.create"
        case submitDetails = "payments.details"
        case createSession = "sessions.create"
        case getSession = "sessions.get"
        case capture = "payments.capture"
        case cancel = "payments.cancel"
        case refund = "payments.refund"
        case reverse = "payments.reverse"
        case updateAmount = "payments.update_amount"
        case technicalCancel = "cancels.create"
        case listMethods = "stored_methods.list"
        case storeMethod = "stored_methods.create"
        case deleteMethod = "stored_methods.delete"
    }

    /// Where a call goes: the operation and the identifier in its path, empty where there is none.
    struct Route: Sendable {
        let operation: Operation
        let id: String

        /// Live addresses have `/checkout` before the version, test addresses do not.
        static let prefixes = ["/v72/", "/v71/", "/checkout/v72/", "/checkout/v71/"]

        /// Nil for a method and path that the vendor does not know.
        init?(_ method: HTTPMethod, _ path: String) {
            guard let prefix = Self.prefixes.first(where: { path.hasPrefix($0) }) else {
                return nil
            }
            let parts = path.dropFirst(prefix.count)
                .split(separator: "/", omittingEmptySubsequences: false)
            guard (1...3).contains(parts.count), !parts.contains("") else { return nil }
            let id = parts.count > 1 ? parts[1] : ""
            let action = parts.count > 2 ? parts[2] : ""
            switch (method, parts[0], id, action) {
            case (.post, "payments", "", ""): operation = .pay
            case (.post, "payments", "details", ""): operation = .submitDetails
            case (.post, "payments", _, "captures"): operation = .capture
            case (.post, "payments", _, "cancels"): operation = .cancel
            case (.post, "payments", _, "refunds"): operation = .refund
            case (.post, "payments", _, "reversals"): operation = .reverse
            case (.post, "payments", _, "amountUpdates"): operation = .updateAmount
            case (.post, "cancels", "", ""): operation = .technicalCancel
            case (.post, "sessions", "", ""): operation = .createSession
            case (.get, "sessions", _, "") where !id.isEmpty: operation = .getSession
            case (.get, "storedPaymentMethods", "", ""): operation = .listMethods
            case (.post, "storedPaymentMethods", "", ""): operation = .storeMethod
            case (.delete, "storedPaymentMethods", _, "") where !id.isEmpty:
                operation = .deleteMethod
            default: return nil  // Strings are open; whatever is not listed is unknown.
            }
            self.id = String(id)
        }
    }
}
