/// Where a payment stands. The raw value is the wire and database name.
package enum IntentState: String, Sendable, CaseIterable {
    /// Nothing holds or moves; a method may be attached and tried.
    case requiresPaymentMethod = "requires_payment_method"
    /// The payer must act on the vendor's page.
    case requiresAction = "requires_action"
    /// A vendor was asked and has not said yes or no, or its answer was lost.
    case processing
    /// A promise: the vendor holds the money.
    case authorized
    /// Part is claimed and the rest is still held.
    case partiallyCaptured = "partially_captured"
    /// Claimed; whatever was not claimed is released.
    case captured
    case partiallyRefunded = "partially_refunded"
    case refunded
    /// Given up before anything was captured.
    case voided
    /// Nothing may follow.
    case failed
    /// The hold ran out before anything was captured.
    case expired
    /// Cash is expected at the desk.
    case pendingCash = "pending_cash"
}

extension IntentState {
    /// The states that may follow. The database repeats the set as a CHECK and the expected
    /// version of every UPDATE keeps the order.
    package var successors: Set<IntentState> {
        switch self {
        case .requiresPaymentMethod:
            [.requiresAction, .processing, .authorized, .captured, .voided, .failed, .pendingCash]
        case .requiresAction, .processing:
            // A late or lost answer can reveal any later fact at once.
            [
                .requiresPaymentMethod, .requiresAction, .processing, .authorized,
                .partiallyCaptured, .captured, .partiallyRefunded, .refunded, .voided, .failed,
                .expired, .pendingCash,
            ]
        case .authorized:
            [
                .partiallyCaptured, .captured, .partiallyRefunded, .refunded, .voided, .expired,
                .failed,
            ]
        case .partiallyCaptured: [.captured, .partiallyRefunded, .refunded]
        case .captured: [.partiallyRefunded, .refunded]
        case .partiallyRefunded: [.refunded, .captured, .partiallyCaptured]
        // A refund that the vendor reports as failed later gives the money back to the books.
        case .refunded: [.partiallyRefunded, .captured, .partiallyCaptured]
        case .pendingCash:
            [
                .requiresPaymentMethod, .processing, .requiresAction, .authorized, .captured,
                .voided, .expired,
            ]
        // A vendor's fact is never refused: money that arrives late is booked.
        case .voided, .failed, .expired:
            [.authorized, .captured, .partiallyCaptured, .partiallyRefunded, .refunded]
        }
    }

    /// Whether some or all of what was captured was given back.
    var isRefunded: Bool { self == .partiallyRefunded || self == .refunded }

    package func allows(_ next: IntentState) -> Bool {
        self == next || successors.contains(next)
    }

    /// Whether the vendor or the payer still has something to say, so that a sweep must look.
    package var isOpen: Bool {
        switch self {
        case .requiresAction, .processing, .authorized, .partiallyCaptured: true
        case .requiresPaymentMethod, .captured, .partiallyRefunded, .refunded, .voided, .failed,
            .expired, .pendingCash:
            false
        }
    }

    /// The grouping that back offices know: pending, completed, canceled, refunded,
    /// partially_refunded.
    package var billingStatus: BillingStatus {
        switch self {
        case .requiresPaymentMethod, .requiresAction, .processing, .authorized, .pendingCash:
            .pending
        case .partiallyCaptured, .captured: .completed
        case .partiallyRefunded: .partiallyRefunded
        case .refunded: .refunded
        case .voided, .failed, .expired: .canceled
        }
    }
}

/// A grouping of states in the words of a billing system; list filters accept it.
package enum BillingStatus: String, Sendable, CaseIterable {
    case pending
    case completed
    case canceled
    case refunded
    case partiallyRefunded = "partially_refunded"
}
