package import PaymentCore

/// What is answered instead of success, before it is put into words: thrown from anywhere in a
/// request, rendered in one place.
package struct Problem: Error, Sendable {
    package let code: ProblemCode
    /// Values of our own for the placeholders of the detail, never the caller's.
    package var arguments: [String: String]
    package var errors: [FieldProblem]
    /// Where a vendor's protocol wants another status than the code's.
    package var ownStatus: Int?
    /// When trying again makes sense.
    @Indirect package var retryAfter: Duration?
    /// The `Allow` header of a 405.
    @Indirect package var allow: String?
    /// Why the vendor said no.
    @Indirect package var decline: Decline?
    /// When it said so: the time to try again is counted from then.
    @Indirect package var declinedAt: Timestamp?
    /// For the log alone.
    @Indirect package var cause: String?

    package init(
        _ code: ProblemCode,
        _ arguments: [String: String] = [:],
        errors: [FieldProblem] = [],
        retryAfter: Duration? = nil,
        allow: String? = nil,
        decline: Decline? = nil,
        declinedAt: Timestamp? = nil,
        cause: String? = nil
    ) {
        self.code = code
        self.arguments = arguments
        self.errors = errors
        self.retryAfter = retryAfter
        self.allow = allow
        self.decline = decline
        self.declinedAt = declinedAt
        self.cause = cause
    }

    /// One field that cannot be accepted.
    package init(_ field: FieldProblem) {
        self.init(.validationFailed, errors: [field])
    }
}
