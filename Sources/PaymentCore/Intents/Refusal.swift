/// Why a movement was refused before anything was asked or written.
package enum Refusal: Error, Sendable, Hashable {
    /// The payment is not in a state that allows it.
    case unexpectedState(IntentState, Attempt.Operation)
    /// The amount is more than what is left, which is given in minor units.
    case amountExceeds(limit: Int64)
    /// The amount must be exactly the payment's.
    case amountMismatch(expected: Int64)
    /// The same kind of movement is under way and must end first.
    case inProgress(Attempt.Operation)
    /// The vendor cannot do this.
    case notSupported(Unsupported)
    case methodRequired
    /// Cash moves through the receipts of the desk.
    case cashOnly
    /// The money would have to be sent to an account that the vendor never told us.
    case payerUnknown

    package enum Unsupported: String, Sendable, CaseIterable {
        case operation
        case partialCapture = "partial_capture"
        case multiCapture = "multi_capture"
        case partialRefund = "partial_refund"
        case manualCapture = "manual_capture"
        case methodKind = "method_kind"
        case oneTimeToken = "one_time_token"
        case currency
        case offSession = "off_session"
        case amount
    }
}
