/// One immutable try of one movement at one vendor. What was asked never changes; what was
/// answered moves forward through ``AttemptState``. A retry is a new attempt.
///
/// A capture, void or refund is an attempt too: its `movement` is the identifier that callers see.
package struct Attempt: Sendable, Hashable {
    package enum Operation: String, Sendable, CaseIterable {
        case authorize
        case capture
        case void
        case refund
    }

    /// Who made it happen.
    package enum Origin: String, Sendable {
        /// We asked.
        case gateway
        /// The vendor reported something we had not asked for.
        case vendor
    }

    // MARK: What was asked

    package let id: AttemptID
    package let operation: Operation
    /// The identifier of the authorization, capture, void or refund.
    package let movement: UUID7
    /// 1 for the first attempt of an intent.
    package let ordinal: Int
    package let origin: Origin
    package let vendor: VendorID
    /// Nil for cash.
    package let account: MerchantAccountID?
    /// The amount asked for, in minor units of the intent's currency.
    package let amount: Int64
    /// What the ask took from the intent's sums until it is answered: for a final capture all that
    /// could be captured, otherwise the amount.
    package let reserved: Int64
    /// A capture that releases whatever it leaves.
    package let isFinal: Bool
    package let reason: String?
    package let askedBy: Actor
    package let askedAt: Timestamp
    package let method: MethodKind
    package let methodID: PaymentMethodID?
    /// For an authorization: the exchange rate at which its account settles, frozen as it was asked.
    package let fx: FXContext?
    /// For a refund: the captures that it is taken from.
    package let shares: [CaptureShare]

    // MARK: What was answered

    package internal(set) var state: AttemptState
    /// The vendor's id of the movement.
    package internal(set) var reference: String?
    /// The amount that really moved, once it is known.
    package internal(set) var movedAmount: Int64?
    package internal(set) var answeredAt: Timestamp?
    /// How often an unknown or open outcome was looked up.
    package internal(set) var lookUps: Int
    /// When a second person let it go to its vendor; nil for what needs none, or still waits.
    package internal(set) var approvedAt: Timestamp?
    /// Set once an operator has to decide.
    package internal(set) var isEscalated: Bool
    /// The vendor's own words about this movement, a JSON object.
    package internal(set) var details: String?
    /// Whether the asker's lease had run out when this was loaded, by the store's clock.
    package let isLeaseExpired: Bool

    package init(
        id: AttemptID,
        operation: Operation,
        movement: UUID7,
        ordinal: Int,
        origin: Origin,
        vendor: VendorID,
        account: MerchantAccountID?,
        amount: Int64,
        reserved: Int64,
        isFinal: Bool,
        reason: String?,
        askedBy: Actor,
        askedAt: Timestamp,
        method: MethodKind,
        methodID: PaymentMethodID?,
        fx: FXContext? = nil,
        shares: [CaptureShare] = [],
        state: AttemptState = .asked,
        reference: String? = nil,
        movedAmount: Int64? = nil,
        answeredAt: Timestamp? = nil,
        lookUps: Int = 0,
        isEscalated: Bool = false,
        details: String? = nil,
        approvedAt: Timestamp? = nil,
        isLeaseExpired: Bool = false
    ) {
        self.id = id
        self.operation = operation
        self.movement = movement
        self.ordinal = ordinal
        self.origin = origin
        self.vendor = vendor
        self.account = account
        self.amount = amount
        self.reserved = reserved
        self.isFinal = isFinal
        self.reason = reason
        self.askedBy = askedBy
        self.askedAt = askedAt
        self.method = method
        self.methodID = methodID
        self.fx = fx
        self.shares = shares
        self.state = state
        self.reference = reference
        self.movedAmount = movedAmount
        self.answeredAt = answeredAt
        self.lookUps = lookUps
        self.isEscalated = isEscalated
        self.details = details
        self.approvedAt = approvedAt
        self.isLeaseExpired = isLeaseExpired
    }

    /// The idempotency key at the vendor: one per attempt, whoever sends it and however often.
    package var vendorKey: String { id.description }

    /// Since when its vendor may have been asked.
    package var sentAt: Timestamp { approvedAt ?? askedAt }
}

/// The answer to an attempt. Linear: from `asked` through at most a few open states to one end.
package enum AttemptState: Sendable, Hashable {
    /// Committed before the vendor is asked; the asker holds a lease.
    case asked
    /// The vendor accepted it and will report the outcome.
    case pending
    /// The payer must act.
    case requiresAction(NextAction)
    /// Money may have moved; being looked up.
    case unknown(UnknownReason)
    /// A refund waits for a second person; the vendor has not been asked.
    case awaitingApproval

    case succeeded
    case declined(Decline)
    case rejected(VendorRejection)
    case notDone(NotDone)
    /// Given up while nothing had moved: the page was never used, or approval was withheld.
    case abandoned
    /// The vendor reported success first and failure later; a refund's money came back.
    case reversed(code: String)
}

extension AttemptState {
    /// The wire and database name.
    package var name: String {
        switch self {
        case .asked: "asked"
        case .pending: "pending"
        case .requiresAction: "requires_action"
        case .unknown: "unknown"
        case .awaitingApproval: "awaiting_approval"
        case .succeeded: "succeeded"
        case .declined: "declined"
        case .rejected: "rejected"
        case .notDone: "not_done"
        case .abandoned: "abandoned"
        case .reversed: "reversed"
        }
    }

    /// Whether an answer is still awaited, so that its reservation stays.
    package var isOpen: Bool {
        switch self {
        case .asked, .pending, .requiresAction, .unknown, .awaitingApproval: true
        case .succeeded, .declined, .rejected, .notDone, .abandoned, .reversed: false
        }
    }
}
