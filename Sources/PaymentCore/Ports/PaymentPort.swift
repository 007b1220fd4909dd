/// The one interface that a vendor implements. No call throws: once a vendor may have been asked,
/// what we cannot read is `unknown`, and what is wrong on our side is `rejected`.
package protocol PaymentPort: Sendable {
    var vendor: VendorID { get }
    /// The most that an account of the vendor can do.
    var capabilities: Capabilities { get }

    /// What this account can do, where its configuration decides.
    func capabilities(of account: MerchantAccount) -> Capabilities

    /// Asks the vendor. `key` is the idempotency key at the vendor: the same for every repetition
    /// of one attempt. Returns within the vendor's call timeout.
    func perform(
        _ operation: VendorOperation,
        key: String,
        account: MerchantAccount
    ) async -> VendorOutcome

    /// Asks the vendor about tokens; see ``TokenOperation``.
    func perform(
        _ operation: TokenOperation,
        key: String,
        account: MerchantAccount
    ) async -> TokenOutcome

    /// Tells the vendor what was sold, unless the vendor shows that it knows. Succeeds with the
    /// payment's details, where there is more to be kept of it now; after any other answer it may
    /// be told again.
    func register(_ sale: VendorSale, account: MerchantAccount) async -> VendorOutcome

    /// Verifies a notification against the account's secrets, or by asking the vendor, and puts it
    /// into our words. `unverifiable` when the vendor could not be asked.
    func verify(
        _ delivery: WebhookDelivery,
        account: MerchantAccount,
        now: Timestamp
    ) async throws(NoticeRefusal) -> [VendorNotice]

    /// Reads a stored delivery again, which was verified when it came in: its secrets may have
    /// been rotated since, and its body may have been masked. Pure.
    func notices(in delivery: WebhookDelivery) throws(NoticeRefusal) -> [VendorNotice]

    /// The same for vendors whose words are configured with each account. Pure.
    func notices(
        in delivery: WebhookDelivery,
        of account: MerchantAccount
    ) throws(NoticeRefusal) -> [VendorNotice]

    /// How the vendor's questions are answered; nil for a vendor that asks none.
    var questions: (any VendorQuestions)? { get }

    /// How its notifications are answered.
    var receipts: NoticeReceipts { get }

    /// The account's field that names it at the vendor, where that documents one: two of our accounts
    /// with one name are one to the vendor, and each hears what was asked of the other.
    var nameField: String? { get }
}

extension PaymentPort {
    package func capabilities(of account: MerchantAccount) -> Capabilities { capabilities }

    package func notices(
        in delivery: WebhookDelivery,
        of account: MerchantAccount
    ) throws(NoticeRefusal) -> [VendorNotice] {
        try notices(in: delivery)
    }

    package func register(_ sale: VendorSale, account: MerchantAccount) async -> VendorOutcome {
        .rejected(
            VendorRejection(
                .invalidRequest,
                code: "unsupported_operation",
                message: "\(vendor) makes no receipts"
            )
        )
    }

    package var questions: (any VendorQuestions)? { nil }

    package var receipts: NoticeReceipts { NoticeReceipts() }

    package var nameField: String? { nil }
}

/// What a vendor's notifications are answered with, where its protocol says more than "a 2xx".
package struct NoticeReceipts: Sendable {
    /// To what was accepted.
    package let taken: QuestionReply
    /// The status for what is not shown to be the vendor's.
    package let refusedStatus: Int

    package init(
        taken: QuestionReply = QuestionReply(body: Array(#"{"received":true}"#.utf8)),
        refusedStatus: Int = 400
    ) {
        self.taken = taken
        self.refusedStatus = refusedStatus
    }
}

/// A request that a vendor sent us, as received.
package struct WebhookDelivery: Sendable {
    /// The request's method, `POST` nearly always.
    package let method: String
    /// Header names in lower case, in the order received.
    package let fields: [(name: String, value: String)]
    package var body: [UInt8]

    package init(
        method: String = "POST",
        fields: [(name: String, value: String)],
        body: [UInt8]
    ) {
        self.method = method
        self.fields = fields
        self.body = body
    }

    /// The first value of a header given in lower case.
    package func field(_ name: String) -> String? {
        fields.first { $0.name == name }?.value
    }
}

/// What is asked of a vendor about a customer's stored methods.
package enum TokenOperation: Sendable {
    /// Make the vendor's own record of a customer.
    case registerCustomer(customer: CustomerID, email: String?, name: String?)
    /// Open a hosted session; answered with ``TokenOutcome/opened(reference:action:)``.
    case openSession(
        session: MethodSessionID,
        customerReference: String?,
        kind: MethodKind,
        offSession: Bool,
        returnURL: String?
    )
    /// Read a session by the vendor's reference. Also gives the client secret again.
    case readSession(reference: String)
    /// Read a token's showable details; the method of a token that a caller brings.
    case readMethod(token: VendorToken)
    /// Tie a token to the vendor's record of a customer.
    case attach(token: VendorToken, customerReference: String)
    /// Forget a token for good. Forgetting twice succeeds.
    case detach(token: VendorToken)
}

package enum TokenOutcome: Sendable, Equatable {
    case customer(reference: String)
    case opened(reference: String, action: NextAction)
    case session(SessionSnapshot, action: NextAction?)
    case method(MethodDetails, customerReference: String?)
    case done
    case declined(Decline)
    case rejected(VendorRejection)
    case notDone(NotDone)
    case unknown(UnknownReason)
}
