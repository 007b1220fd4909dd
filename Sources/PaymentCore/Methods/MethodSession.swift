/// One hosted session in which a customer gives a method to the vendor, never to us.
package struct MethodSession: Sendable, Hashable {
    package enum State: String, Sendable {
        /// The vendor has not answered yet: the same request again finishes it.
        case opening
        case open
        case succeeded
        case failed
        case canceled
    }

    package let id: MethodSessionID
    package let customer: CustomerID
    package let vendor: VendorID
    package let account: MerchantAccountID
    package let kind: MethodKind
    package let offSession: Bool
    package let returnURL: String?
    package var state: State
    /// The vendor's id of the session.
    package var reference: String?
    package var failureCode: String?
    /// The method it produced.
    package var method: PaymentMethodID?
    package let createdAt: Timestamp

    package init(
        id: MethodSessionID,
        customer: CustomerID,
        vendor: VendorID,
        account: MerchantAccountID,
        kind: MethodKind,
        offSession: Bool,
        returnURL: String?,
        state: State,
        reference: String?,
        failureCode: String?,
        method: PaymentMethodID?,
        createdAt: Timestamp
    ) {
        self.id = id
        self.customer = customer
        self.vendor = vendor
        self.account = account
        self.kind = kind
        self.offSession = offSession
        self.returnURL = returnURL
        self.state = state
        self.reference = reference
        self.failureCode = failureCode
        self.method = method
        self.createdAt = createdAt
    }
}

/// A vendor's view of a tokenization session.
package struct SessionSnapshot: Sendable, Hashable {
    package enum Status: Sendable, Hashable {
        case open
        case processing
        case succeeded(token: VendorToken)
        case failed(code: String)
        case canceled
    }

    package var reference: String
    /// Our session, when the vendor echoes it.
    package var session: MethodSessionID?
    package var status: Status
    package var customerReference: String?
    package var details: MethodDetails?

    package init(
        reference: String,
        session: MethodSessionID?,
        status: Status,
        customerReference: String?,
        details: MethodDetails?
    ) {
        self.reference = reference
        self.session = session
        self.status = status
        self.customerReference = customerReference
        self.details = details
    }
}
