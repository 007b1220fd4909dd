/// One verified notification of a vendor, in our words.
package struct VendorNotice: Sendable, Hashable {
    package enum Content: Sendable, Hashable {
        /// A state of a payment or refund.
        case snapshot(VendorSnapshot)
        /// Something about a payment changed, and the notification alone proves too little: the
        /// vendor is asked, and its answer counts. Names at least one of the two. `details` are
        /// those of its words that asking would not bring: they go along with the question.
        case changed(reference: String?, attempt: AttemptID?, details: String? = nil)
        /// A tokenization session moved.
        case session(SessionSnapshot)
        /// The vendor forgot or replaced a stored method.
        case methodDetached(token: VendorToken)
        /// Verified, but nothing that changes a payment by itself: kept and visible.
        case kept
    }

    /// The vendor's id of the event: the deduplication key within a merchant account.
    package let key: String
    /// The vendor's name of the event type.
    package let type: String
    package let occurredAt: Timestamp?
    /// Whether it is about live money; must agree with the account's mode. Nil: not stated.
    package let isLive: Bool?
    package let content: Content

    package init(
        key: String,
        type: String,
        occurredAt: Timestamp?,
        isLive: Bool?,
        content: Content
    ) {
        self.key = key
        self.type = type
        self.occurredAt = occurredAt
        self.isLive = isLive
        self.content = content
    }
}

/// Why a notification was not accepted: nothing of it may be applied.
package enum NoticeRefusal: String, Error, Sendable {
    case signatureMissing = "signature_missing"
    case signatureMalformed = "signature_malformed"
    case signatureWrong = "signature_wrong"
    case timestampOutsideTolerance = "timestamp_outside_tolerance"
    case unreadableBody = "unreadable_body"
    case wrongMode = "wrong_mode"
    /// The account lacks what is needed to verify: an operator must act.
    case notConfigured = "not_configured"
    /// The vendor had to be asked, and did not answer: it may be genuine.
    case unverifiable
}
