/// What became of one request about a payment, reported under the vendor's id of that request: by
/// vendors that accept first and report later, and whose notifications do not say where the payment
/// as a whole stands.
package struct MovementSnapshot: Sendable, Hashable {
    package enum Kind: Sendable, Hashable, CaseIterable {
        case capture
        case void
        /// The rest of the hold ran out; nobody asked for it.
        case expiry
        case refund
    }

    package enum Status: Sendable, Hashable {
        case succeeded
        /// Refused: nothing moved.
        case failed(code: String)
        /// It had succeeded and was taken back.
        case reversed(code: String)
    }

    package var kind: Kind
    /// The vendor's id of the capture, void or refund.
    package var reference: String
    /// The vendor's id of the payment it belongs to.
    package var paymentReference: String
    /// Our attempt that the vendor echoes: this movement's, or its payment's authorization.
    package var attempt: AttemptID?
    package var status: Status
    /// What was moved, or should have been.
    package var amount: Money
    package var details: String?

    package init(
        _ kind: Kind,
        reference: String,
        paymentReference: String,
        attempt: AttemptID?,
        status: Status,
        amount: Money,
        details: String? = nil
    ) {
        self.kind = kind
        self.reference = reference
        self.paymentReference = paymentReference
        self.attempt = attempt
        self.status = status
        self.amount = amount
        self.details = details
    }
}
