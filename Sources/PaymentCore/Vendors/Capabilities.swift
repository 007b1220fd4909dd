/// What a vendor can do, as data: callers ask before they try, and what is absent is refused
/// before any call.
package struct Capabilities: Sendable {
    package enum Operation: String, Sendable, CaseIterable {
        case authorize
        case capture
        case void
        case refund
        case tokenize
        case detach
        case lookUp = "look_up"
        /// Be told what was sold; see ``VendorSale``.
        case registerSale = "register_sale"
    }

    /// How the outcome of a call whose answer was lost can be learnt.
    package enum Recovery: Hashable, Sendable {
        /// Send the same request with the same key, while the key is younger than `window`.
        /// Afterwards only a look-up by our own reference is safe.
        case repeatSameKey(window: Duration)
        /// Ask for the object by our own reference.
        case lookUp
        /// Only the vendor's notification reveals it.
        case webhook
        /// Nothing reveals it, and nothing has to: the call only opens a page, which is abandoned.
        case abandon
        /// Only a person can find out.
        case none
    }

    package enum MultiCapture: String, Sendable {
        case never
        /// Known for each payment after it was authorized.
        case perPayment = "per_payment"
        case always
    }

    /// Whether a refund waits for a second person before the vendor is asked.
    package enum RefundApproval: String, Sendable, CaseIterable {
        case never
        /// For accounts that are configured so.
        case perAccount = "per_account"
        case always
    }

    /// What a vendor wants to know beyond the money. Nothing is loaded for vendors that do not ask
    /// for it.
    package enum Particular: Hashable, Sendable {
        /// With an authorization: name, e-mail and phone of the customer.
        case payer
        /// With an authorization: the order's items.
        case items
        /// With a refund: the account at the vendor that the payment came from.
        case payerAccount
    }

    package var operations: Set<Operation>
    /// What is paid with on the vendor's page, or by a stored method.
    package var methodKinds: Set<MethodKind>
    /// What is paid with by a token of one use that the payer hands over, such as a code that a till
    /// scans. It is sent once and never stored, so what became of a lost call is looked up.
    package var oneTimeTokens: Set<MethodKind>
    /// Nil: every currency.
    package var currencies: Set<String>?
    package var manualCapture: Bool
    package var partialCapture: Bool
    package var multiCapture: MultiCapture
    package var partialRefund: Bool
    package var refundApproval: RefundApproval
    package var offSession: Bool
    package var recovery: Recovery
    /// The vendor's upper bound for an amount in minor units.
    package var maximumAmount: Int64
    /// Currencies with an upper bound of their own, in minor units; see ``maximumAmount(in:)``.
    package var maximumAmounts: [String: Int64]
    /// The total time a call may take; the lease of an attempt is longer.
    package var callTimeout: Duration
    /// How long after it was asked a request may still be running at the vendor, whether or not we
    /// wait for its answer. A look-up that shows nothing of it is believed only afterwards.
    package var longestRequest: Duration
    /// The lifetime of a hold when the vendor's answer does not state it.
    package var authorizationLifetime: Duration?
    package var particulars: Set<Particular>
    /// How long the vendor's page waits for its payer; nil when it does not end by itself.
    package var pageLifetime: Duration?
    /// Whether a notification that we could not verify is sent again for long enough. If not, it
    /// is stored unverified, and verified before it is applied.
    package var repeatsNotifications: Bool

    package init(
        operations: Set<Operation>,
        methodKinds: Set<MethodKind>,
        oneTimeTokens: Set<MethodKind> = [],
        currencies: Set<String>? = nil,
        manualCapture: Bool = false,
        partialCapture: Bool = false,
        multiCapture: MultiCapture = .never,
        partialRefund: Bool = false,
        refundApproval: RefundApproval = .never,
        offSession: Bool = false,
        recovery: Recovery = .none,
        maximumAmount: Int64 = .max,
        maximumAmounts: [String: Int64] = [:],
        callTimeout: Duration = .seconds(30),
        longestRequest: Duration = .seconds(3_600),
        authorizationLifetime: Duration? = nil,
        particulars: Set<Particular> = [],
        pageLifetime: Duration? = nil,
        repeatsNotifications: Bool = true
    ) {
        self.operations = operations
        self.methodKinds = methodKinds
        self.oneTimeTokens = oneTimeTokens
        self.currencies = currencies
        self.manualCapture = manualCapture
        self.partialCapture = partialCapture
        self.multiCapture = multiCapture
        self.partialRefund = partialRefund
        self.refundApproval = refundApproval
        self.offSession = offSession
        self.recovery = recovery
        self.maximumAmount = maximumAmount
        self.maximumAmounts = maximumAmounts
        self.callTimeout = callTimeout
        self.longestRequest = longestRequest
        self.authorizationLifetime = authorizationLifetime
        self.particulars = particulars
        self.pageLifetime = pageLifetime
        self.repeatsNotifications = repeatsNotifications
    }

    /// What is paid with in one way or the other.
    package var payableKinds: Set<MethodKind> { methodKinds.union(oneTimeTokens) }

    /// The vendor's upper bound for an amount of `currency` in minor units.
    package func maximumAmount(in currency: Currency) -> Int64 {
        maximumAmounts[currency.code] ?? maximumAmount
    }
}
