/// What is fed with any bytes. Each run ends, and keeps the promises that it checks: a broken one
/// is a crash, which the fuzzer reports with the bytes that led there.
package enum FuzzTarget: String, CaseIterable, Sendable {
    /// The HTTP parser, cut into pieces.
    case http
    /// The JSON reader and writer.
    case json
    /// The canonical form that idempotency keys are compared by.
    case idempotency
    /// Every vendor's verifier and reader of notifications.
    case webhooks
    /// Every vendor's reader of answers.
    case answers

    package func run(_ bytes: [UInt8]) {
        switch self {
        case .http: Self.runHTTP(bytes)
        case .json: Self.runJSON(bytes)
        case .idempotency: Self.runIdempotency(bytes)
        case .webhooks: VendorFuzz.runWebhook(bytes)
        case .answers: VendorFuzz.runAnswer(bytes)
        }
    }
}
