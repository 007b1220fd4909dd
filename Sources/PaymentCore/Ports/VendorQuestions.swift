/// How a vendor that asks us is answered: Payme's Merchant API, Click's SHOP API, Octo's dialogue.
/// Two pure steps. What is asked says which rows it is about; what to do and what to answer is
/// decided from those rows, under the payment's lock, and committed before the answer is sent.
///
/// Nothing here may fail: whatever a vendor sends, it gets the answer that its protocol has for it.
package protocol VendorQuestions: Sendable {
    /// Step one: who asks, and about what. What can be answered without looking at a payment
    /// (wrong credentials, an unreadable body, an unknown method) is answered here.
    func read(
        _ delivery: WebhookDelivery,
        account: MerchantAccount,
        now: Timestamp
    ) -> QuestionReading

    /// Step two: what changes, and the answer. It can run several times for one question, and must
    /// give equal answers to equal facts: vendors compare the answers to their repetitions.
    func decide(_ question: VendorQuestion, given facts: QuestionFacts) -> QuestionDecision

    /// The answer when we could neither read nor commit: the vendor will ask again.
    func unavailable(_ question: VendorQuestion?) -> QuestionReply

    /// The answer to a delivery from an address that the account does not admit; nil for a vendor
    /// whose protocol has no words for it.
    func barred(_ delivery: WebhookDelivery) -> QuestionReply?

    /// The answer to a delivery whose body is longer than we read: the delivery comes without it.
    /// Nil for a vendor whose protocol has no words for that.
    func oversized(_ delivery: WebhookDelivery, account: MerchantAccount) -> QuestionReply?

    /// What time alone changes about a payment that this vendor has under way (Payme's 12 hours);
    /// nil when nothing is due. Asked by the payment's follow-up job.
    func sweep(_ facts: QuestionFacts) -> QuestionDecision?
}

extension VendorQuestions {
    package func barred(_ delivery: WebhookDelivery) -> QuestionReply? { nil }

    package func oversized(
        _ delivery: WebhookDelivery,
        account: MerchantAccount
    ) -> QuestionReply? { nil }

    package func sweep(_ facts: QuestionFacts) -> QuestionDecision? { nil }
}

package enum QuestionReading: Sendable {
    case question(VendorQuestion)
    case reply(QuestionReply)
    /// It asks nothing: the inbox takes it as it takes other vendors' notifications.
    case notification
}

/// One question of a vendor, read.
package struct VendorQuestion: Sendable {
    /// The rows that it is about.
    package enum Subject: Sendable, Hashable {
        /// An attempt by our own id, with everything the vendor has recorded about it.
        case attempt(AttemptID)
        /// A record by the vendor's id, its attempt, and that attempt's other records. When there
        /// is no such record, the attempt is `otherwise` or none.
        case record(kind: String, vendorID: String, otherwise: AttemptID?)
        /// A record by our number.
        case number(Int64)
        /// The records of a time, by the vendor's clock, both ends included, in its order.
        case statement(kind: String, from: Timestamp, to: Timestamp)
    }

    package let subject: Subject
    package let account: MerchantAccount
    /// For logs and metrics: the vendor's word, of a bounded set.
    package let name: String
    /// As it was received; read again by ``VendorQuestions/decide(_:given:)``.
    package let delivery: WebhookDelivery

    package init(
        subject: Subject,
        account: MerchantAccount,
        name: String,
        delivery: WebhookDelivery
    ) {
        self.subject = subject
        self.account = account
        self.name = name
        self.delivery = delivery
    }
}

/// What is known when a question is decided, read under the payment's lock.
package struct QuestionFacts: Sendable {
    /// The database's time.
    package let now: Timestamp
    /// The payment of the attempt; nil when the reference names no payment of this account.
    package let payment: Payment?
    package let attempt: Attempt?
    package let order: Order?
    /// The record asked about.
    package let record: VendorRecord?
    /// All records of the attempt at this account, or of the statement, by the vendor's time.
    package let records: [VendorRecord]
    /// A fresh number for a new record.
    package let nextNumber: Int64
    /// When the attempt's page ends for a payer who has not begun to pay; nil when it does not.
    package let pageEndsAt: Timestamp?

    package init(
        now: Timestamp,
        payment: Payment?,
        attempt: Attempt?,
        order: Order? = nil,
        record: VendorRecord?,
        records: [VendorRecord],
        nextNumber: Int64,
        pageEndsAt: Timestamp? = nil
    ) {
        self.now = now
        self.payment = payment
        self.attempt = attempt
        self.order = order
        self.record = record
        self.records = records
        self.nextNumber = nextNumber
        self.pageEndsAt = pageEndsAt
    }

    /// Whether the attempt is a page that no payer used in its time.
    package var isPageOver: Bool {
        guard case .requiresAction = attempt?.state, let pageEndsAt else { return false }
        return pageEndsAt <= now
    }
}

/// What a question changes, and what is answered once that is committed.
package struct QuestionDecision: Sendable {
    /// New and changed records.
    package var records: [VendorRecord]
    /// What it means for the payment, in our words; the one monotone rule applies them.
    package var snapshots: [VendorSnapshot]
    package var reply: QuestionReply
    /// Whether the vendor should be asked about the payment afterwards: the question alone does
    /// not prove what it says.
    package var asksVendor: Bool

    package init(
        records: [VendorRecord] = [],
        snapshots: [VendorSnapshot] = [],
        reply: QuestionReply,
        asksVendor: Bool = false
    ) {
        self.records = records
        self.snapshots = snapshots
        self.reply = reply
        self.asksVendor = asksVendor
    }
}

/// An HTTP answer in the vendor's own form.
package struct QuestionReply: Sendable, Hashable {
    package var status: Int
    package var contentType: String
    package var body: [UInt8]

    package init(
        status: Int = 200,
        contentType: String = "application/json; charset=utf-8",
        body: [UInt8]
    ) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}
