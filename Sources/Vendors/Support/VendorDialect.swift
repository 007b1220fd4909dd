package import HTTP
package import PaymentCore

/// A vendor's language, bound to one merchant account: pure functions, testable from recorded
/// bytes. Sending, deadlines and observing belong to ``VendorClient``.
///
/// Building a request may be refused, because nothing was asked yet. Reading an answer cannot fail:
/// what cannot be read is `unknown`.
package protocol VendorDialect: Sendable {
    /// Reads the account's fields; throws `.configuration` when they cannot be used.
    init(_ account: MerchantAccount) throws(VendorRejection)

    /// The one request that asks `operation` under the vendor's idempotency `key`. The same for
    /// the same input, byte for byte: a repetition must not look like another request.
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

    /// Checks that the vendor sent this to this account, and reads it.
    func verify(
        _ delivery: WebhookDelivery,
        now: Timestamp
    ) throws(NoticeRefusal) -> [VendorNotice]

    /// Reads what was verified before, perhaps masked since.
    static func notices(in delivery: WebhookDelivery) throws(NoticeRefusal) -> [VendorNotice]
}
