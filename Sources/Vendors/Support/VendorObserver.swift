package import PaymentCore

/// Hears of every call, for metrics and logs.
package protocol VendorObserver: Sendable {
    func called(_ call: VendorCall)
}

/// One call to a vendor, in words of a bounded set: fit for labels, free of secrets.
package struct VendorCall: Sendable, Hashable {
    package let vendor: VendorID
    package let account: MerchantAccountID
    package let operation: Capabilities.Operation
    /// The outcome's ``VendorOutcome/shortForm`` or ``TokenOutcome/shortForm``.
    package let outcome: String
    package let duration: Duration
}

extension VendorOperation {
    /// The capability that this needs, and its word for metrics.
    package var kind: Capabilities.Operation {
        switch self {
        case .authorize: .authorize
        case .capture: .capture
        case .void: .void
        case .refund: .refund
        case .lookUp: .lookUp
        }
    }
}

extension TokenOperation {
    package var kind: Capabilities.Operation {
        switch self {
        case .registerCustomer, .openSession, .readSession, .readMethod, .attach: .tokenize
        case .detach: .detach
        }
    }
}

extension VendorOutcome {
    /// The case and its reason, for example `declined_soft` or `unknown_timeout`.
    package var shortForm: String {
        switch self {
        case .succeeded: "succeeded"
        case .pending: "pending"
        case .requiresAction: "requires_action"
        case .declined(let decline, _): "declined_\(decline.class.rawValue)"
        case .rejected(let rejection): "rejected_\(rejection.reason.rawValue)"
        case .notDone(let reason): "not_done_\(reason.rawValue)"
        case .unknown(let reason): "unknown_\(reason.rawValue)"
        case .found: "found"
        case .notFound: "not_found"
        }
    }
}

extension TokenOutcome {
    /// The case and its reason, for example `opened` or `rejected_configuration`.
    package var shortForm: String {
        switch self {
        case .customer: "customer"
        case .opened: "opened"
        case .session: "session"
        case .method: "method"
        case .done: "done"
        case .declined(let decline): "declined_\(decline.class.rawValue)"
        case .rejected(let rejection): "rejected_\(rejection.reason.rawValue)"
        case .notDone(let reason): "not_done_\(reason.rawValue)"
        case .unknown(let reason): "unknown_\(reason.rawValue)"
        }
    }
}
