/// What a decision looks at in a payment.
package struct RoutedPayment: Sendable, Hashable {
    /// Seeds the draw by weight.
    package var intent: IntentID
    package var amount: Money
    package var methodKind: MethodKind
    package var byOneTimeToken: Bool
    package var property: String?
    package var country: Country?
    /// Nil: as the vendor can.
    package var captureMethod: Intent.CaptureMethod?
    package var offSession: Bool

    package init(
        intent: IntentID,
        amount: Money,
        methodKind: MethodKind,
        byOneTimeToken: Bool = false,
        property: String? = nil,
        country: Country? = nil,
        captureMethod: Intent.CaptureMethod? = nil,
        offSession: Bool = false
    ) {
        self.intent = intent
        self.amount = amount
        self.methodKind = methodKind
        self.byOneTimeToken = byOneTimeToken
        self.property = property
        self.country = country
        self.captureMethod = captureMethod
        self.offSession = offSession
    }
}
