/// What a vendor's answer means. Only a definite answer is a verdict; all else is ``unknown(_:)``.
package indirect enum VendorOutcome: Sendable, Equatable {
    /// Done. The operation says what.
    case succeeded(VendorReceipt)
    /// Accepted, not done yet: a notification or a look-up will tell.
    case pending(VendorReceipt)
    /// The payer must act first.
    case requiresAction(NextAction, VendorReceipt)
    /// The vendor said no about this payment.
    case declined(Decline, VendorReceipt?)
    /// The vendor refused the request itself: nothing moved, and repeating it will not help.
    case rejected(VendorRejection)
    /// The vendor was certainly not reached, or said "not now": nothing moved.
    case notDone(NotDone)
    /// Money may have moved. The same vendor is asked again until it is known.
    case unknown(UnknownReason)
    /// A page may have been opened whose address we never learnt. Nothing moves until a payer acts
    /// on it, so a new attempt may follow; a late payment of this one is a discrepancy.
    case abandoned(UnknownReason)
    /// A look-up found the object.
    case found(VendorSnapshot)
    /// A look-up found nothing: a definite answer only when the vendor's search is not lagging.
    case notFound
}

/// Why nothing happened although we tried.
package enum NotDone: String, Sendable, CaseIterable {
    /// No connection was made, or it was refused before a byte of the request was sent.
    case unreachable
    /// The vendor limits the rate or is locked; the same key may be used again.
    case throttled
}

/// Why an outcome is not known.
package enum UnknownReason: String, Sendable, CaseIterable {
    case timeout
    case connectionLost = "connection_lost"
    case vendorError = "vendor_error"
    case unreadableReply = "unreadable_reply"
    case unrecognizedStatus = "unrecognized_status"
    /// The vendor holds an earlier request under this key: what that one did is not reported.
    case keyTaken = "key_taken"
    /// A search found nothing, and it may not show yet what was done.
    case searchLagging = "search_lagging"
    /// The gateway stopped between asking and hearing.
    case interrupted
}

/// A request that the vendor refused as such.
package struct VendorRejection: Error, Sendable, Hashable {
    package enum Reason: String, Sendable, CaseIterable {
        /// The vendor refused our credentials or their permissions: an operator must act.
        case configuration
        /// The object is not in a state that allows this.
        case wrongState = "wrong_state"
        case authorizationExpired = "authorization_expired"
        case amountNotAccepted = "amount_not_accepted"
        case methodNotUsable = "method_not_usable"
        case disputed
        case notFound = "not_found"
        /// The vendor called the request wrong: a fault of ours.
        case invalidRequest = "invalid_request"
    }

    package let reason: Reason
    /// The vendor's code.
    package let code: String
    /// The vendor's text, without anything private; for operators, not for payers.
    package let message: String

    package init(_ reason: Reason, code: String, message: String) {
        self.reason = reason
        self.code = code
        self.message = message
    }
}

/// What the payer must do, for the caller's page.
package enum NextAction: Hashable, Sendable {
    case redirect(url: String)
    /// The vendor's browser library finishes with this secret: never stored, never logged.
    case vendorLibrary(clientSecret: VendorToken, publishableKey: String?)
    /// What is left of ``vendorLibrary(clientSecret:publishableKey:)`` once it was stored.
    case vendorLibraryWithheld

    /// The same without its secret, as it may be stored and published.
    package var withheld: NextAction {
        switch self {
        case .redirect, .vendorLibraryWithheld: self
        case .vendorLibrary: .vendorLibraryWithheld
        }
    }
}

/// What a vendor reports about a movement that it made or accepted.
package struct VendorReceipt: Sendable, Hashable {
    /// The vendor's id of the payment (for authorize) or of the capture, refund or void.
    package var reference: String
    /// The amount it was done for; nil when the vendor does not repeat it.
    package var amount: Int64?
    /// True when the money was captured with the authorization.
    package var captured: Bool
    package var authorizationExpiresAt: Timestamp?
    /// Whether this payment can be captured more than once.
    package var multiCapture: Bool
    package var method: MethodDetails?
    /// The vendor's own words about it, a JSON object with documented fields.
    package var details: String?
    /// The vendor's id of the capture that came with an authorization, where that is not the
    /// payment's; later refunds name it.
    package var captureReference: String?

    package init(
        reference: String,
        amount: Int64? = nil,
        captured: Bool = false,
        authorizationExpiresAt: Timestamp? = nil,
        multiCapture: Bool = false,
        method: MethodDetails? = nil,
        details: String? = nil,
        captureReference: String? = nil
    ) {
        self.captureReference = captureReference
        self.reference = reference
        self.amount = amount
        self.captured = captured
        self.authorizationExpiresAt = authorizationExpiresAt
        self.multiCapture = multiCapture
        self.method = method
        self.details = details
    }
}

/// A vendor's secret or token: encrypted at rest, printed as `•••`.
package struct VendorToken: Hashable, Sendable, CustomStringConvertible,
    CustomDebugStringConvertible
{
    package let value: String

    package init(_ value: String) {
        self.value = value
    }

    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
}
