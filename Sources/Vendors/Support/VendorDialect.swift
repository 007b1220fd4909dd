package import HTTP
package import PaymentCore

/// A vendor's language, bound to one merchant account: pure functions, testable from recorded
/// bytes. Sending, deadlines, access tokens and observing belong to ``VendorClient``.
///
/// Building a request may be refused, because nothing was asked yet. Reading an answer cannot fail:
/// what cannot be read is `unknown`. Most vendors answer an operation with one response and
/// implement ``request(for:key:)-(VendorOperation,_)`` and ``outcome(of:from:)-(VendorOperation,_)``
/// alone; one that needs several requests implements ``step(_:key:after:)-(VendorOperation,_,_)``.
package protocol VendorDialect: Sendable {
    /// Reads the account's fields; throws `.configuration` when they cannot be used.
    init(_ account: MerchantAccount) throws(VendorRejection)

    /// Nil when every request carries its own credentials. Otherwise ``VendorClient`` sends
    /// `Authorization: Bearer …` with every request, and once more with a fresh token after a 401.
    var accessToken: AccessTokenSource? { get }

    /// What of the vendor's capabilities this account has, where its configuration decides.
    func narrowed(_ capabilities: Capabilities) -> Capabilities

    /// What comes next for `operation`, given the answers so far. The same for the same input,
    /// byte for byte: a repetition must not look like another request.
    func step(
        _ operation: VendorOperation,
        key: String,
        after answers: [HTTPResponse]
    ) throws(VendorRejection) -> VendorStep<VendorOutcome>

    func step(
        _ operation: TokenOperation,
        key: String,
        after answers: [HTTPResponse]
    ) throws(VendorRejection) -> VendorStep<TokenOutcome>

    /// The same for reporting sales, of vendors with ``Capabilities/Operation/registerSale``.
    func step(
        _ sale: VendorSale,
        after answers: [HTTPResponse]
    ) throws(VendorRejection) -> VendorStep<VendorOutcome>

    /// The one request that asks `operation` under the vendor's idempotency `key`.
    func request(
        for operation: VendorOperation,
        key: String
    ) throws(VendorRejection) -> HTTPRequest

    func outcome(of operation: VendorOperation, from response: HTTPResponse) -> VendorOutcome

    func request(
        for operation: TokenOperation,
        key: String
    ) throws(VendorRejection) -> HTTPRequest

    func outcome(of operation: TokenOperation, from response: HTTPResponse) -> TokenOutcome

    /// Finds out whether the vendor sent this to this account, given the answers so far, and
    /// reads it. Most vendors sign, and need no answers.
    func verification(
        of delivery: WebhookDelivery,
        now: Timestamp,
        after answers: [HTTPResponse]
    ) throws(NoticeRefusal) -> VerificationStep

    /// Checks the signature of a vendor that signs, and reads the notification.
    func verify(
        _ delivery: WebhookDelivery,
        now: Timestamp
    ) throws(NoticeRefusal) -> [VendorNotice]

    /// Reads what was verified before, perhaps masked since.
    static func notices(in delivery: WebhookDelivery) throws(NoticeRefusal) -> [VendorNotice]

    /// The same in the words of this account.
    func readNotices(in delivery: WebhookDelivery) throws(NoticeRefusal) -> [VendorNotice]
}

// One request, one answer.
extension VendorDialect {
    package var accessToken: AccessTokenSource? { nil }

    package func narrowed(_ capabilities: Capabilities) -> Capabilities { capabilities }

    package func readNotices(
        in delivery: WebhookDelivery
    ) throws(NoticeRefusal) -> [VendorNotice] {
        try Self.notices(in: delivery)
    }

    package func step(
        _ operation: VendorOperation,
        key: String,
        after answers: [HTTPResponse]
    ) throws(VendorRejection) -> VendorStep<VendorOutcome> {
        guard let answer = answers.last else {
            // Also right for a lost look-up: it leaves unknown what was unknown.
            return .ask(try request(for: operation, key: key), .movesMoney)
        }
        return .finished(outcome(of: operation, from: answer))
    }

    package func step(
        _ operation: TokenOperation,
        key: String,
        after answers: [HTTPResponse]
    ) throws(VendorRejection) -> VendorStep<TokenOutcome> {
        guard let answer = answers.last else {
            return .ask(try request(for: operation, key: key), .movesMoney)
        }
        return .finished(outcome(of: operation, from: answer))
    }

    package func step(
        _ sale: VendorSale,
        after answers: [HTTPResponse]
    ) throws(VendorRejection) -> VendorStep<VendorOutcome> {
        preconditionFailure("invariant: a dialect that is told of sales implements this `step`")
    }

    package func request(
        for operation: VendorOperation,
        key: String
    ) throws(VendorRejection) -> HTTPRequest {
        preconditionFailure("invariant: a dialect implements `request` or overrides `step`")
    }

    package func outcome(
        of operation: VendorOperation,
        from response: HTTPResponse
    ) -> VendorOutcome {
        preconditionFailure("invariant: a dialect implements `outcome` or overrides `step`")
    }

    /// A vendor without stored methods.
    package func request(
        for operation: TokenOperation,
        key: String
    ) throws(VendorRejection) -> HTTPRequest {
        throw VendorRejection(
            .invalidRequest,
            code: "unsupported_operation",
            message: "this vendor stores no methods"
        )
    }

    package func outcome(
        of operation: TokenOperation,
        from response: HTTPResponse
    ) -> TokenOutcome {
        .unknown(.unrecognizedStatus)
    }

    package func verification(
        of delivery: WebhookDelivery,
        now: Timestamp,
        after answers: [HTTPResponse]
    ) throws(NoticeRefusal) -> VerificationStep {
        .verified(try verify(delivery, now: now))
    }

    package func verify(
        _ delivery: WebhookDelivery,
        now: Timestamp
    ) throws(NoticeRefusal) -> [VendorNotice] {
        preconditionFailure("invariant: a dialect implements `verify` or `verification`")
    }
}
