internal import PaymentCore

/// A payment in a vendor's own book: the truth that ours is compared with.
struct VendorPayment: Sendable {
    enum Stage: Sendable {
        case page
        /// The payer agreed; our last word is missing.
        case approved
        case processing
        /// Held or captured, as the sums say.
        case standing
        case declined
        case voided
        case expired
    }

    let reference: String
    let attempt: AttemptID
    let amount: Int64
    let isSale: Bool
    var stage: Stage
    var capturable: Int64 = 0
    var captured: Int64 = 0
    var refunded: Int64 = 0
    /// Claimed by captures or refunds that are not finished.
    var claimed: Int64 = 0
    var expiresAt: Timestamp?

    /// Whether the payer can still decide.
    var waitsForPayer: Bool { stage == .page }
    var refundable: Int64 { captured - refunded - claimed }

    mutating func authorize() {
        stage = .standing
        if isSale { captured = amount } else { capturable = amount }
    }

    mutating func capture(_ amount: Int64, isFinal: Bool) {
        captured += amount
        capturable = isFinal ? 0 : capturable - amount
    }

    mutating func release(as end: Stage) {
        capturable = 0
        if captured == 0 { stage = end }
    }

    var status: PaymentSnapshot.Status {
        switch stage {
        case .page: .requiresAction(.redirect(url: reference))
        case .approved: .approved
        case .processing: .processing
        case .standing: capturable > 0 ? .authorized : .captured
        case .declined: .declined(Self.decline)
        case .voided: .voided
        case .expired: .expired
        }
    }

    static let decline = Decline(.soft, code: "do_not_honor")

    var snapshot: PaymentSnapshot {
        PaymentSnapshot(
            reference: reference,
            attempt: attempt,
            status: status,
            amount: Money(amount, .usd),
            capturable: capturable,
            captured: captured,
            authorizationExpiresAt: expiresAt,
            multiCapture: true
        )
    }

    var receipt: VendorReceipt {
        VendorReceipt(
            reference: reference,
            amount: amount,
            captured: stage == .standing && isSale,
            authorizationExpiresAt: expiresAt,
            multiCapture: true
        )
    }
}

/// A capture, void or refund in a vendor's book that is not done at once.
struct VendorMovement: Sendable {
    enum Status: Sendable {
        case pending
        case done
        case failed
    }

    let kind: MovementSnapshot.Kind
    let reference: String
    let attempt: AttemptID?
    /// Its place in the book.
    let payment: Int
    let amount: Int64
    let isFinal: Bool
    var status: Status
}
