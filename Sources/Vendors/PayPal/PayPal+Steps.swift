package import HTTP
import JSON
package import PaymentCore

extension PayPal {
    /// The answers of a conversation, taken one after the other.
    struct Heard {
        private var rest: ArraySlice<HTTPResponse>

        init(_ answers: [HTTPResponse]) {
            rest = answers[...]
        }

        mutating func next() -> Reply? { rest.popFirst().map(Reply.init) }
    }

    typealias Step = VendorStep<VendorOutcome>

    /// What our own record of a payment says of PayPal's; see ``Order/details(_:)``.
    struct Original {
        private let json: JSONValue?

        init(_ original: VendorOperation.Original?) {
            // Silence is right: without it, PayPal is asked.
            json = original?.details.flatMap { try? JSONValue.parse($0) }
        }

        var authorization: String? { json?["authorization"]?.stringValue }
        var authorizedAt: Timestamp? { json?.time("authorized_at") }
        var paymentSource: String? { json?["payment_source"]?.stringValue }
        var brand: String? { json?["card_brand"]?.stringValue?.lowercased() }
    }
}

extension PayPal.Dialect {
    package func step(
        _ operation: VendorOperation,
        key: String,
        after answers: [HTTPResponse]
    ) throws(VendorRejection) -> VendorStep<VendorOutcome> {
        var heard = PayPal.Heard(answers)
        return switch operation {
        case .authorize(let authorize): try self.authorize(authorize, key, &heard)
        case .complete(let complete): try self.complete(complete, key, &heard)
        case .capture(let capture): try self.capture(capture, key, &heard)
        case .void(let void): try self.void(void, key, &heard)
        case .refund(let refund): try self.refund(refund, key, &heard)
        case .lookUp(let lookUp): try self.lookUp(lookUp, &heard)
        }
    }

    /// What an answer other than success means when there is no state to be read.
    ///
    /// - Parameter isStored: whether a stored method was to pay: then another source is another
    ///   method.
    func refused(_ reply: PayPal.Reply, isStored: Bool = false) -> VendorOutcome {
        switch reply.refusal {
        case .unknown(let reason): return .unknown(reason)
        case .throttled: return .notDone(.throttled)
        case .configuration: return .rejected(.credentials(refusedBy: PayPal.descriptor.name))
        case .failed(let failure):
            switch PayPal.Issue(failure) {
            case .declined(let kind, let retryAfter):
                return .declined(failure.decline(kind, retryAfter: retryAfter), nil)
            case .sourceDeclined: return .declined(failure.decline(isStored ? .hard : .soft), nil)
            case .payerAction: return .declined(failure.decline(.authenticationRequired), nil)
            case .rejected(let reason): return .rejected(failure.rejection(reason))
            // What happened before is not said here, and there is nothing to read it from.
            case .readState: return .unknown(.keyTaken)
            }
        }
    }
}

extension PayPal.Reply {
    /// The issue of a refusal by its meaning; nil when it is not one, or says nothing certain.
    var issue: PayPal.Issue? {
        guard !isSuccess, case .failed(let failure) = refusal else { return nil }
        return PayPal.Issue(failure)
    }

    var failure: PayPal.Failure? {
        guard !isSuccess, case .failed(let failure) = refusal else { return nil }
        return failure
    }

    var order: PayPal.Order? { isSuccess ? PayPal.Order(body) : nil }
}
