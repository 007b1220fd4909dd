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
    }

    /// How the outcome of a call whose answer was lost can be learnt.
    package enum Recovery: Hashable, Sendable {
        /// Send the same request with the same key, while the key is younger than `window`.
        /// Afterwards only a look-up by our own reference is safe.
        case repeatSameKey(window: Duration)
        /// Ask for the object by our own reference.
        case lookUp
        /// Only the vendor's notification tells.
        case webhook
        /// Nothing tells, and nothing has to: the call only opens a page, which is let go.
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

    /// What a vendor wants to be told with an authorization beyond the money. Nothing is loaded
    /// for vendors that do not ask for it.
    package enum Particular: Hashable, Sendable {
        /// Name, e-mail and phone of the customer.
        case payer
        /// The order's items.
        case items
    }

    package var operations: Set<Operation>
    package var methodKinds: Set<MethodKind>
    /// Nil: every currency.
    package var currencies: Set<String>?
    package var manualCapture: Bool
    package var partialCapture: Bool
    package var multiCapture: MultiCapture
    package var partialRefund: Bool
    package var offSession: Bool
    package var recovery: Recovery
    /// The vendor's upper bound for an amount in minor units.
    package var maximumAmount: Int64
    /// Currencies with an upper bound of their own, in minor units; see ``maximumAmount(in:)``.
    package var maximumAmounts: [String: Int64]
    /// The total time a call may take; the lease of an attempt is longer.
    package var callTimeout: Duration
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
        currencies: Set<String>? = nil,
        manualCapture: Bool = false,
        partialCapture: Bool = false,
        multiCapture: MultiCapture = .never,
        partialRefund: Bool = false,
        offSession: Bool = false,
        recovery: Recovery = .none,
        maximumAmount: Int64 = .max,
        maximumAmounts: [String: Int64] = [:],
        callTimeout: Duration = .seconds(30),
        authorizationLifetime: Duration? = nil,
        particulars: Set<Particular> = [],
        pageLifetime: Duration? = nil,
        repeatsNotifications: Bool = true
    ) {
        self.operations = operations
        self.methodKinds = methodKinds
        self.currencies = currencies
        self.manualCapture = manualCapture
        self.partialCapture = partialCapture
        self.multiCapture = multiCapture
        self.partialRefund = partialRefund
        self.offSession = offSession
        self.recovery = recovery
        self.maximumAmount = maximumAmount
        self.maximumAmounts = maximumAmounts
        self.callTimeout = callTimeout
        self.authorizationLifetime = authorizationLifetime
        self.particulars = particulars
        self.pageLifetime = pageLifetime
        self.repeatsNotifications = repeatsNotifications
    }
    /// The vendor's upper bound for an amount of `currency` in minor units.
    package func maximumAmount(in currency: Currency) -> Int64 {
        maximumAmounts[currency.code] ?? maximumAmount
    }
}
