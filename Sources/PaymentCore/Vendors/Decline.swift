/// A definite "no" about this payment: nothing moved.
package struct Decline: Hashable, Sendable {
    /// Our class of the vendor's reason: what a caller may do next.
    package enum Class: String, Sendable, CaseIterable {
        /// May succeed later with the same method.
        case soft
        /// Never with this method.
        case hard
        /// Suspected misuse; tell the customer nothing precise.
        case fraud
        /// The vendor or network stumbled; nothing is wrong with the method.
        case temporary
        /// The customer must be present and prove who they are.
        case authenticationRequired = "authentication_required"
    }

    package let `class`: Class
    /// The vendor's own code, for example `insufficient_funds`.
    package let code: String
    /// The card network's response code, when the vendor gives it.
    package let networkCode: String?
    /// The network's or vendor's advice on trying again, when given.
    package let adviceCode: String?
    /// The earliest useful time to try again, when given.
    package let retryAfter: Duration?

    package init(
        _ class: Class,
        code: String,
        networkCode: String? = nil,
        adviceCode: String? = nil,
        retryAfter: Duration? = nil
    ) {
        self.class = `class`
        self.code = code
        self.networkCode = networkCode
        self.adviceCode = adviceCode
        self.retryAfter = retryAfter
    }
}
