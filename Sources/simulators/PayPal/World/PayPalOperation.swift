internal import HTTP

extension PayPal {
    /// What a call asks for; the raw value names it in faults and in the journal.
    enum Operation: String, Sendable, CaseIterable {
        case issueToken = "oauth2.token"
        case createOrder = "orders.create"
        case getOrder = "orders.get"
        case patchOrder = "orders.patch"
        case authorizeOrder = "orders.authorize"
        case captureOrder = "orders.capture"
        case getAuthorization = "authorizations.get"
        case captureAuthorization = "authorizations.capture"
        case reauthorize = "authorizations.reauthorize"
        case voidAuthorization = "authorizations.void"
        case getCapture = "captures.get"
        case refundCapture = "captures.refund"
        case getRefund = "refunds.get"
        case createSetupToken = "setup_tokens.create"
        case getSetupToken = "setup_tokens.get"
        case createPaymentToken = "payment_tokens.create"
        case listPaymentTokens = "payment_tokens.list"
        case getPaymentToken = "payment_tokens.get"
        case deletePaymentToken = "payment_tokens.delete"
        case createWebhook = "webhooks.create"
        case listWebhooks = "webhooks.list"
        case deleteWebhook = "webhooks.delete"
        case verifySignature = "webhooks.verify_signature"
        case listEvents = "webhook_events.list"
        case getEvent = "webhook_events.get"
        case resendEvent = "webhook_events.resend"
        case searchTransactions = "transactions.search"

        /// How long the vendor remembers the key of such a call (section 1); nil where it takes
        /// none.
        var keyLifetime: Duration? {
            switch self {
            case .createOrder, .authorizeOrder, .captureOrder: .seconds(6 * 3_600)
            case .captureAuthorization, .reauthorize, .voidAuthorization, .refundCapture:
                World.Terms.days(45)
            case .createSetupToken, .createPaymentToken: .seconds(3 * 3_600)
            case .issueToken, .getOrder, .patchOrder, .getAuthorization, .getCapture, .getRefund,
                .getSetupToken, .listPaymentTokens, .getPaymentToken, .deletePaymentToken,
                .createWebhook, .listWebhooks, .deleteWebhook, .verifySignature, .listEvents,
                .getEvent, .resendEvent, .searchTransactions:
                nil
            }
        }

        /// Vault calls are not answered without a key.
        var needsKey: Bool { self == .createSetupToken || self == .createPaymentToken }
    }

    /// Where a call goes: the operation and the identifier in its path, empty where there is none.
    struct Route: Sendable {
        let operation: Operation
        let id: String

        /// Nil for a method and path that the vendor does not know.
        init?(_ method: HTTPMethod, _ path: String) {
            let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count >= 3, !parts.contains("") else { return nil }
            let resource = parts[..<3].joined(separator: "/")
            let id = parts.count > 3 ? parts[3] : ""
            let action = parts.count > 4 ? parts[4] : ""
            guard parts.count <= 5,
                let operation = Self.operation(method, resource, id, action)
            else { return nil }
            self.operation = operation
            self.id = String(id)
        }

        private static func operation(
            _ method: HTTPMethod,
            _ resource: String,
            _ id: Substring,
            _ action: Substring
        ) -> Operation? {
            switch (method, resource, id.isEmpty, action) {
            case (.post, "v1/oauth2/token", true, ""): .issueToken
            case (.post, "v2/checkout/orders", true, ""): .createOrder
            case (.get, "v2/checkout/orders", false, ""): .getOrder
            case (.patch, "v2/checkout/orders", false, ""): .patchOrder
            case (.post, "v2/checkout/orders", false, "authorize"): .authorizeOrder
            case (.post, "v2/checkout/orders", false, "capture"): .captureOrder
            case (.get, "v2/payments/authorizations", false, ""): .getAuthorization
            case (.post, "v2/payments/authorizations", false, "capture"): .captureAuthorization
            case (.post, "v2/payments/authorizations", false, "reauthorize"): .reauthorize
            case (.post, "v2/payments/authorizations", false, "void"): .voidAuthorization
            case (.get, "v2/payments/captures", false, ""): .getCapture
            case (.post, "v2/payments/captures", false, "refund"): .refundCapture
            case (.get, "v2/payments/refunds", false, ""): .getRefund
            case (.post, "v3/vault/setup-tokens", true, ""): .createSetupToken
            case (.get, "v3/vault/setup-tokens", false, ""): .getSetupToken
            case (.post, "v3/vault/payment-tokens", true, ""): .createPaymentToken
            case (.get, "v3/vault/payment-tokens", true, ""): .listPaymentTokens
            case (.get, "v3/vault/payment-tokens", false, ""): .getPaymentToken
            case (.delete, "v3/vault/payment-tokens", false, ""): .deletePaymentToken
            case (.post, "v1/notifications/webhooks", true, ""): .createWebhook
            case (.get, "v1/notifications/webhooks", true, ""): .listWebhooks
            case (.delete, "v1/notifications/webhooks", false, ""): .deleteWebhook
            case (.post, "v1/notifications/verify-webhook-signature", true, ""): .verifySignature
            case (.get, "v1/notifications/webhooks-events", true, ""): .listEvents
            case (.get, "v1/notifications/webhooks-events", false, ""): .getEvent
            case (.post, "v1/notifications/webhooks-events", false, "resend"): .resendEvent
            case (.get, "v1/reporting/transactions", true, ""): .searchTransactions
            default: nil  // Strings are open; whatever is not listed is unknown.
            }
        }
    }
}
