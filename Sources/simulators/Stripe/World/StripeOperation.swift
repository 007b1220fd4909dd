internal import HTTP

extension Stripe {
    /// What a call asks for; the raw value names it in faults and in the journal.
    enum Operation: String, Sendable, CaseIterable {
        case createPaymentIntent = "payment_intents.create"
        case retrievePaymentIntent = "payment_intents.retrieve"
        case listPaymentIntents = "payment_intents.list"
        case searchPaymentIntents = "payment_intents.search"
        case confirmPaymentIntent = "payment_intents.confirm"
        case capturePaymentIntent = "payment_intents.capture"
        case cancelPaymentIntent = "payment_intents.cancel"
        case incrementAuthorization = "payment_intents.increment_authorization"
        case retrieveCharge = "charges.retrieve"
        case createRefund = "refunds.create"
        case retrieveRefund = "refunds.retrieve"
        case listRefunds = "refunds.list"
        case cancelRefund = "refunds.cancel"
        case createCustomer = "customers.create"
        case retrieveCustomer = "customers.retrieve"
        case updateCustomer = "customers.update"
        case listCustomerMethods = "customers.payment_methods"
        case createSetupIntent = "setup_intents.create"
        case retrieveSetupIntent = "setup_intents.retrieve"
        case confirmSetupIntent = "setup_intents.confirm"
        case cancelSetupIntent = "setup_intents.cancel"
        case retrievePaymentMethod = "payment_methods.retrieve"
        case updatePaymentMethod = "payment_methods.update"
        case attachPaymentMethod = "payment_methods.attach"
        case detachPaymentMethod = "payment_methods.detach"
        case listEvents = "events.list"
        case retrieveEvent = "events.retrieve"
        case listBalanceTransactions = "balance_transactions.list"
        case retrieveBalanceTransaction = "balance_transactions.retrieve"
        case retrieveAccount = "account.retrieve"
    }

    /// Where a call goes: the operation and the identifier in its path, empty where there is none.
    struct Route: Sendable {
        let operation: Operation
        let id: String

        /// Nil for a method and path that the vendor does not know.
        init?(_ method: HTTPMethod, _ path: String) {
            let parts = path.split(separator: "/", omittingEmptySubsequences: false)
            guard (3...5).contains(parts.count), parts[0].isEmpty, parts[1] == "v1",
                !parts.dropFirst().contains("")
            else { return nil }
            let id = parts.count > 3 ? parts[3] : ""
            let action = parts.count > 4 ? parts[4] : ""
            guard let operation = Self.operation(method, parts[2], id, action) else { return nil }
            self.operation = operation
            self.id = String(id)
        }

        private static func operation(
            _ method: HTTPMethod,
            _ resource: Substring,
            _ id: Substring,
            _ action: Substring
        ) -> Operation? {
            switch (method, resource, id, action) {
            case (.post, "payment_intents", "", ""): .createPaymentIntent
            case (.get, "payment_intents", "", ""): .listPaymentIntents
            case (.get, "payment_intents", "search", ""): .searchPaymentIntents
            case (.get, "payment_intents", _, ""): .retrievePaymentIntent
            case (.post, "payment_intents", _, "confirm"): .confirmPaymentIntent
            case (.post, "payment_intents", _, "capture"): .capturePaymentIntent
            case (.post, "payment_intents", _, "cancel"): .cancelPaymentIntent
            case (.post, "payment_intents", _, "increment_authorization"): .incrementAuthorization
            case (.get, "charges", _, "") where !id.isEmpty: .retrieveCharge
            case (.post, "refunds", "", ""): .createRefund
            case (.get, "refunds", "", ""): .listRefunds
            case (.get, "refunds", _, ""): .retrieveRefund
            case (.post, "refunds", _, "cancel"): .cancelRefund
            case (.post, "customers", "", ""): .createCustomer
            case (.get, "customers", _, "") where !id.isEmpty: .retrieveCustomer
            case (.post, "customers", _, ""): .updateCustomer
            case (.get, "customers", _, "payment_methods"): .listCustomerMethods
            case (.post, "setup_intents", "", ""): .createSetupIntent
            case (.get, "setup_intents", _, "") where !id.isEmpty: .retrieveSetupIntent
            case (.post, "setup_intents", _, "confirm"): .confirmSetupIntent
            case (.post, "setup_intents", _, "cancel"): .cancelSetupIntent
            case (.get, "payment_methods", _, "") where !id.isEmpty: .retrievePaymentMethod
            case (.post, "payment_methods", _, "") where !id.isEmpty: .updatePaymentMethod
            case (.post, "payment_methods", _, "attach"): .attachPaymentMethod
            case (.post, "payment_methods", _, "detach"): .detachPaymentMethod
            case (.get, "events", "", ""): .listEvents
            case (.get, "events", _, ""): .retrieveEvent
            case (.get, "balance_transactions", "", ""): .listBalanceTransactions
            case (.get, "balance_transactions", _, ""): .retrieveBalanceTransaction
            case (.get, "account", "", ""): .retrieveAccount
            default: nil  // Strings are open; whatever is not listed is unknown.
            }
        }
    }
}

extension Stripe.Operation {
    /// The kind of object that the operation answers with.
    var shape: Stripe.Shape {
        switch self {
        case .createPaymentIntent, .retrievePaymentIntent, .confirmPaymentIntent,
            .capturePaymentIntent, .cancelPaymentIntent, .incrementAuthorization:
            .paymentIntent
        case .listPaymentIntents, .searchPaymentIntents: .list(.paymentIntent)
        case .retrieveCharge: .charge
        case .createRefund, .retrieveRefund, .cancelRefund: .refund
        case .listRefunds: .list(.refund)
        case .createCustomer, .retrieveCustomer, .updateCustomer: .customer
        case .createSetupIntent, .retrieveSetupIntent, .confirmSetupIntent, .cancelSetupIntent:
            .setupIntent
        case .retrievePaymentMethod, .updatePaymentMethod, .attachPaymentMethod,
            .detachPaymentMethod:
            .paymentMethod
        case .listCustomerMethods: .list(.paymentMethod)
        case .listEvents: .list(.event)
        case .retrieveEvent: .event
        case .listBalanceTransactions: .list(.balanceTransaction)
        case .retrieveBalanceTransaction: .balanceTransaction
        case .retrieveAccount: .account
        }
    }
}
