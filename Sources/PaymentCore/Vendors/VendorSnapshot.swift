/// A vendor's view of one payment or refund at one moment, in our words. Answers to look-ups and
/// notifications are both brought into this form, and one monotone rule applies them.
package enum VendorSnapshot: Sendable, Hashable {
    case payment(PaymentSnapshot)
    case refund(RefundSnapshot)
    /// The end of one request, where the vendor does not report the payment's own state.
    case movement(MovementSnapshot)
}

package struct PaymentSnapshot: Sendable, Hashable {
    package enum Status: Sendable, Hashable {
        /// Nothing has been tried, or the payer has not chosen.
        case open
        case requiresAction(NextAction?)
        /// The payer agreed on the vendor's page, and the vendor waits for our last word:
        /// ``VendorOperation/complete(_:)`` is sent.
        case approved
        case processing
        case authorized
        case captured
        case declined(Decline)
        case voided
        case expired
    }

    /// The vendor's id of the payment.
    package var reference: String
    /// Our attempt, when the vendor echoes it.
    package var attempt: AttemptID?
    package var status: Status
    package var amount: Money
    /// What can still be captured, in minor units.
    package var capturable: Int64
    /// What was captured so far, in minor units.
    package var captured: Int64
    package var authorizationExpiresAt: Timestamp?
    package var multiCapture: Bool
    package var method: MethodDetails?
    package var details: String?
    /// The vendor's id of the one capture, where that is not the payment's; later refunds name it.
    package var captureReference: String?
    /// Every capture, where the vendor shows them one by one; none where it shows only the sum.
    package var captures: [CaptureSnapshot]
    /// The account that the money came from, where a refund has to be sent to it.
    package var payerAccount: VendorToken?
    /// Whether a payment that was declined could still be paid on its page, with another card.
    package var staysPayable: Bool
    /// Whether the vendor shows more when it is asked: until when it holds, the card, the captures
    /// that it allows.
    package var isAbridged: Bool

    package init(
        reference: String,
        attempt: AttemptID?,
        status: Status,
        amount: Money,
        capturable: Int64,
        captured: Int64,
        authorizationExpiresAt: Timestamp? = nil,
        multiCapture: Bool = false,
        method: MethodDetails? = nil,
        details: String? = nil,
        captureReference: String? = nil,
        captures: [CaptureSnapshot] = [],
        payerAccount: VendorToken? = nil,
        staysPayable: Bool = false,
        isAbridged: Bool = false
    ) {
        self.captureReference = captureReference
        self.captures = captures
        self.payerAccount = payerAccount
        self.staysPayable = staysPayable
        self.isAbridged = isAbridged
        self.reference = reference
        self.attempt = attempt
        self.status = status
        self.amount = amount
        self.capturable = capturable
        self.captured = captured
        self.authorizationExpiresAt = authorizationExpiresAt
        self.multiCapture = multiCapture
        self.method = method
        self.details = details
    }
}

package struct RefundSnapshot: Sendable, Hashable {
    package enum Status: Sendable, Hashable {
        case pending
        /// The vendor says, without proof, that it gave the money back: it is asked, and its answer
        /// counts.
        case claimed
        case succeeded
        /// The money came back to the merchant's balance.
        case failed(code: String)
    }

    /// The vendor's id of the refund.
    package var reference: String
    /// The vendor's id of the payment it belongs to, or of the capture that it is taken from.
    package var paymentReference: String
    /// Our attempt, when the vendor echoes it. For a refund made in the vendor's dashboard nil, or
    /// the attempt of the payment.
    package var attempt: AttemptID?
    package var status: Status
    package var amount: Money
    package var details: String?

    package init(
        reference: String,
        paymentReference: String,
        attempt: AttemptID?,
        status: Status,
        amount: Money,
        details: String? = nil
    ) {
        self.reference = reference
        self.paymentReference = paymentReference
        self.attempt = attempt
        self.status = status
        self.amount = amount
        self.details = details
    }
}
