/// WHAT is paid, and how far it has come. The sums are the truth; the state summarises them.
package struct Intent: Sendable, Hashable {
    package enum CaptureMethod: String, Sendable, CaseIterable {
        /// Authorize now, capture later.
        case manual
        /// Capture with the authorization.
        case automatic
    }

    package let id: IntentID
    package let amount: Money
    package let captureMethod: CaptureMethod
    package let customer: CustomerID?
    package let order: OrderID?
    /// The hotel, branch or shop, in the caller's words.
    package let property: String?
    /// The payer's, where the caller gave it.
    package let country: Country?
    package let offSession: Bool
    package let returnURL: String?
    package let metadata: [String: String]
    package let createdAt: Timestamp

    package internal(set) var state: IntentState
    /// The version of the row: 1 after the first commit, one more with each.
    package internal(set) var version: Int64
    /// How many events it has published: the sequence of the latest.
    package internal(set) var eventSequence: Int64
    package internal(set) var updatedAt: Timestamp

    package internal(set) var method: Method
    /// A stored method that may be charged when a cash guest does not arrive.
    package let guarantee: PaymentMethodID?
    package internal(set) var vendor: VendorID?
    package internal(set) var account: MerchantAccountID?
    /// The vendor's id of the payment that holds or moved the money.
    package internal(set) var reference: String?
    package internal(set) var authorization: Authorization?
    package internal(set) var fx: FXContext?
    /// The vendor's own words about the payment, a JSON object.
    package internal(set) var details: String?
    /// Why it went to its vendor: the latest decision, a JSON object for people.
    package internal(set) var routing: String?
    package internal(set) var plans: Plans

    // Sums in minor units. Reservations are what was asked and not yet answered.
    package internal(set) var capturable: Int64
    package internal(set) var captured: Int64
    package internal(set) var refunded: Int64
    package internal(set) var captureReserved: Int64
    package internal(set) var refundReserved: Int64
    /// A void has been asked and not yet answered.
    package internal(set) var isReleasing: Bool
    /// A vendor's fact went beyond what we asked for: an operator must look.
    package internal(set) var hasDiscrepancy: Bool

    /// How it is or will be paid.
    package struct Method: Sendable, Hashable {
        package var kind: MethodKind
        package var id: PaymentMethodID?
        /// The cash drawer, in the caller's words.
        package var drawer: String?
        package var details: MethodDetails?

        package init(
            kind: MethodKind,
            id: PaymentMethodID? = nil,
            drawer: String? = nil,
            details: MethodDetails? = nil
        ) {
            self.kind = kind
            self.id = id
            self.drawer = drawer
            self.details = details
        }
    }

    /// Whether an authorization with this stored method has nobody sitting at a screen: the
    /// guarantee of a cash payment is charged for a no-show.
    package func isUnattended(with method: PaymentMethodID?) -> Bool {
        offSession || (method != nil && method == guarantee)
    }

    package struct Authorization: Sendable, Hashable {
        package var id: AuthorizationID
        package var expiresAt: Timestamp?
        package var multiCapture: Bool

        package init(id: AuthorizationID, expiresAt: Timestamp?, multiCapture: Bool) {
            self.id = id
            self.expiresAt = expiresAt
            self.multiCapture = multiCapture
        }
    }

    package init(
        id: IntentID,
        amount: Money,
        captureMethod: CaptureMethod,
        customer: CustomerID?,
        order: OrderID?,
        property: String?,
        country: Country? = nil,
        offSession: Bool,
        returnURL: String?,
        metadata: [String: String],
        createdAt: Timestamp,
        state: IntentState,
        version: Int64,
        eventSequence: Int64,
        updatedAt: Timestamp,
        method: Method,
        guarantee: PaymentMethodID?,
        vendor: VendorID?,
        account: MerchantAccountID?,
        reference: String?,
        authorization: Authorization?,
        fx: FXContext?,
        details: String?,
        routing: String? = nil,
        plans: Plans = Plans(),
        capturable: Int64,
        captured: Int64,
        refunded: Int64,
        captureReserved: Int64,
        refundReserved: Int64,
        isReleasing: Bool,
        hasDiscrepancy: Bool
    ) {
        self.id = id
        self.amount = amount
        self.captureMethod = captureMethod
        self.customer = customer
        self.order = order
        self.property = property
        self.country = country
        self.offSession = offSession
        self.returnURL = returnURL
        self.metadata = metadata
        self.createdAt = createdAt
        self.state = state
        self.version = version
        self.eventSequence = eventSequence
        self.updatedAt = updatedAt
        self.method = method
        self.guarantee = guarantee
        self.vendor = vendor
        self.account = account
        self.reference = reference
        self.authorization = authorization
        self.fx = fx
        self.details = details
        self.routing = routing
        self.plans = plans
        self.capturable = capturable
        self.captured = captured
        self.refunded = refunded
        self.captureReserved = captureReserved
        self.refundReserved = refundReserved
        self.isReleasing = isReleasing
        self.hasDiscrepancy = hasDiscrepancy
    }
}
