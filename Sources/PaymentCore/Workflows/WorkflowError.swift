/// Why a workflow gave no answer of its own. Nothing was changed unless a case says otherwise.
package struct WorkflowError: Error, Sendable {
    package indirect enum Code: Sendable, Hashable {
        /// The idempotency key was used for another request.
        case keyReused
        /// The same request is running; ask again after the given time.
        case keyRunning(retryAfter: Duration)
        /// The payment's rules say no.
        case refused(Refusal)
        case notFound(Subject)
        /// A field of the request names something that this tenant does not have.
        case invalidReference(Subject)
        /// The order that it names is in this other currency.
        case orderCurrency(Currency)
        /// A stored method cannot pay here: detached, or of another customer or vendor.
        case methodNotUsable
        /// No active merchant account can take this payment.
        case noAccount
        /// Several accounts could, and none is the default.
        case ambiguousAccount
        /// The tenant's routes have no rule for this payment.
        case noRoute
        /// Every account that could take it is at an unavailable vendor; nothing moved.
        case vendorsIll(retryAfter: Duration)
        /// No exchange rate young enough.
        case rateMissing(base: Currency, quote: Currency)
        /// A second person must approve.
        case secondPersonRequired
        /// A proposal other than the one to decide on waits for the attempt, made at this moment.
        case otherProposal(at: Timestamp)
        /// An account's limit in the books does not allow it.
        case limitExceeded
        /// Another row has this unique value.
        case duplicate
        /// The vendor said no about a token.
        case declined(Decline)
        case rejected(VendorRejection)
        /// The vendor was not reached; nothing moved.
        case vendorUnavailable
        /// The vendor's answer about a token was lost; asking again is safe.
        case vendorUnknown
        /// The database cannot be reached; nothing is known to be changed, and recovery finishes
        /// what was begun.
        case unavailable
        case filterTooBroad
        /// A fault of ours.
        case fault
    }

    package enum Subject: String, Sendable, CaseIterable {
        case intent
        case attempt
        case customer
        case order
        case method = "payment_method"
        case session
        case refund
        case account = "merchant_account"
        case provider
        case webhook
        case event
        case tenant
    }

    package let code: Code
    /// For logs.
    package let message: String

    package init(_ code: Code, _ message: String = "") {
        self.code = code
        self.message = message
    }

    package init(_ error: StoreError) {
        let code: Code =
            switch error.code {
            case .stale: .keyRunning(retryAfter: .seconds(1))
            case .duplicateKey: .keyRunning(retryAfter: .seconds(1))
            case .duplicate: .duplicate
            case .limitExceeded: .limitExceeded
            case .commitUnknown, .unavailable, .wrongSchemaVersion: .unavailable
            case .filterTooBroad: .filterTooBroad
            case .duplicateEffect, .missingReference, .fault: .fault
            }
        self.init(code, "\(error.code.rawValue): \(error.message)")
    }
}
