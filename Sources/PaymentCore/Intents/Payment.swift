/// An intent with all its attempts: the aggregate that every rule about one payment is a function
/// of. It knows no clock, no store and no vendor; it collects what changed, and
/// ``seal(lease:at:)`` hands that over to be committed as one.
package struct Payment: Sendable, Hashable {
    package internal(set) var intent: Intent {
        // Not `_read`: what unoptimised code copies of a large value that was lent, it copies after
        // the loan has ended (Swift 6.3), out of memory that is freed.
        get { boxed.value }
        _modify { yield &boxed.value }
    }
    package internal(set) var attempts: [Attempt]

    /// What happened since it was loaded, in order.
    package internal(set) var facts: [PaymentFact] = []
    var insertedIDs: [AttemptID] = []
    var answeredIDs: [AttemptID] = []
    var reservation: PaymentChange.Reservation = .none
    /// The routing decision, when it was made since the payment was loaded.
    private var decision: String?
    private let loadedVersion: Int64
    private var boxed: Boxed<Intent>
    /// A method that a decline of this change speaks against.
    var condemnedMethod: CondemnedMethod?
    /// A card was refused on a page where the payer could try another: it is to be closed.
    var closesPage = false
    /// Whom the payment came from, when the vendor reported it since the payment was loaded.
    var payer: PayerAccount?
    let booked: Booked

    /// A payment as it is stored.
    package init(stored intent: Intent, attempts: [Attempt]) {
        boxed = Boxed(intent)
        self.attempts = attempts
        loadedVersion = intent.version
        booked = Booked(
            hold: intent.capturable,
            reference: intent.reference,
            attempts: attempts
        )
    }

    /// A payment that is not stored yet: nothing has been asked.
    package init(new draft: IntentDraft, id: IntentID, at now: Timestamp) {
        let intent = Intent(
            id: id,
            amount: draft.amount,
            captureMethod: draft.captureMethod,
            customer: draft.customer,
            order: draft.order,
            property: draft.property,
            country: draft.country,
            offSession: draft.offSession,
            returnURL: draft.returnURL,
            metadata: draft.metadata,
            createdAt: now,
            state: draft.method.kind == .cash ? .pendingCash : .requiresPaymentMethod,
            version: 0,
            eventSequence: 0,
            updatedAt: now,
            method: draft.method,
            guarantee: draft.guarantee,
            vendor: draft.vendor,
            account: draft.account,
            reference: nil,
            authorization: nil,
            fx: draft.fx,
            details: nil,
            plans: Plans(retry: draft.retry.map { Retry(wish: $0) }),
            capturable: 0,
            captured: 0,
            refunded: 0,
            captureReserved: 0,
            refundReserved: 0,
            isReleasing: false,
            hasDiscrepancy: false
        )
        boxed = Boxed(intent)
        attempts = []
        loadedVersion = 0
        booked = Booked(hold: 0, reference: nil, attempts: [])
        facts = [PaymentFact(.transactionCreated, attempt: nil)]
    }

    package func attempt(_ id: AttemptID) -> Attempt? {
        attempts.first { $0.id == id }
    }

    /// The attempt of a capture, void or refund that callers name.
    package func attempt(ofMovement movement: UUID7) -> Attempt? {
        attempts.first { $0.movement == movement }
    }

    package var lastAttempt: Attempt? { attempts.last }

    package var captures: [Attempt] { attempts.filter { $0.operation == .capture } }
    package var refunds: [Attempt] { attempts.filter { $0.operation == .refund } }

    /// The authorization attempt that holds or moved the money; of several the one that the
    /// payment's reference names.
    var holdingAttempt: Attempt? { attempts.holding(intent.reference) }

    package var hasChanges: Bool { !facts.isEmpty || !insertedIDs.isEmpty || !answeredIDs.isEmpty }

    /// The money that has not been claimed by a capture under way.
    package var freeToCapture: Int64 { intent.capturable - intent.captureReserved }
    /// What can still be refunded.
    package var freeToRefund: Int64 { intent.captured - intent.refunded - intent.refundReserved }

    /// Keeps why the payment goes where it goes; the latest decision counts.
    package mutating func route(_ decision: String) {
        self.decision = decision
        intent.routing = decision
    }

    /// Seals what changed into one commit and advances version and event sequence. Call once,
    /// just before committing.
    package mutating func seal(lease: Duration, at now: Timestamp) -> PaymentChange {
        intent.version = loadedVersion + 1
        intent.eventSequence += Int64(facts.count)
        intent.updatedAt = max(now, intent.updatedAt)
        return PaymentChange(
            after: intent,
            expectedVersion: loadedVersion,
            routing: decision,
            reservation: reservation,
            inserted: attempts.filter { insertedIDs.contains($0.id) },
            lease: lease,
            answered: attempts.filter {
                answeredIDs.contains($0.id) && !insertedIDs.contains($0.id)
            }
        )
    }
}

extension [Attempt] {
    fileprivate func holding(_ reference: String?) -> Attempt? {
        last { $0.isHolding && $0.reference == reference } ?? last(where: \.isHolding)
    }
}

/// What the ledger knows of a payment: it was brought there with the commit that was loaded.
struct Booked: Sendable, Hashable {
    /// What is held and not captured.
    let hold: Int64
    /// The vendor's id of the payment.
    let reference: String?
    let attempts: [Attempt]

    /// The authorization that holds it.
    var holding: Attempt? { attempts.holding(reference) }
}

/// The account at its vendor that an authorization was paid from: personal data, kept sealed.
package struct PayerAccount: Sendable, Hashable {
    package let attempt: AttemptID
    package let account: VendorToken

    package init(attempt: AttemptID, account: VendorToken) {
        self.attempt = attempt
        self.account = account
    }
}

/// One thing that happened to a payment and is published.
package struct PaymentFact: Sendable, Hashable {
    package let type: EventType
    /// The attempt it came from.
    package let attempt: AttemptID?

    package init(_ type: EventType, attempt: AttemptID?) {
        self.type = type
        self.attempt = attempt
    }
}

/// What a new intent is made of, validated.
package struct IntentDraft: Sendable {
    package var amount: Money
    package var captureMethod: Intent.CaptureMethod
    package var method: Intent.Method
    package var guarantee: PaymentMethodID?
    package var customer: CustomerID?
    package var order: OrderID?
    package var property: String?
    package var country: Country?
    package var offSession: Bool
    package var returnURL: String?
    package var metadata: [String: String]
    package var vendor: VendorID?
    package var account: MerchantAccountID?
    package var fx: FXContext?
    /// Whether it may be tried again without its payer; nil: as the tenant's policy says.
    package var retry: Bool?

    package init(
        amount: Money,
        captureMethod: Intent.CaptureMethod,
        method: Intent.Method,
        guarantee: PaymentMethodID? = nil,
        customer: CustomerID? = nil,
        order: OrderID? = nil,
        property: String? = nil,
        country: Country? = nil,
        offSession: Bool = false,
        returnURL: String? = nil,
        metadata: [String: String] = [:],
        vendor: VendorID? = nil,
        account: MerchantAccountID? = nil,
        fx: FXContext? = nil,
        retry: Bool? = nil
    ) {
        self.retry = retry
        self.amount = amount
        self.captureMethod = captureMethod
        self.method = method
        self.guarantee = guarantee
        self.customer = customer
        self.order = order
        self.property = property
        self.country = country
        self.offSession = offSession
        self.returnURL = returnURL
        self.metadata = metadata
        self.vendor = vendor
        self.account = account
        self.fx = fx
    }
}
