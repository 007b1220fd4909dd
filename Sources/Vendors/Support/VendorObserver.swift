package import PaymentCore

/// Is notified of every call, for metrics and logs.
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
    package let symptom: CallSymptom
    package let duration: Duration
}

extension VendorOperation {
    /// The capability that this needs, and its word for metrics.
    package var kind: Capabilities.Operation {
        switch self {
        // Completing is the second half of authorizing.
        case .authorize, .complete: .authorize
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
