import HTTP
import JSON
import PaymentCore

// Sections 2.3 and 2.4: what becomes of an authorization.
extension PayPal.Dialect {
    func capture(
        _ asked: VendorOperation.Capture,
        _ key: String,
        _ heard: inout PayPal.Heard
    ) throws(VendorRejection) -> PayPal.Step {
        let original = PayPal.Original(asked.original)
        var authorization = original.authorization
        let isLate = PayPal.isPastHonorPeriod(asked, original)
        if authorization == nil || isLate {
            guard let reply = heard.next() else {
                return .ask(try readOrder(asked.paymentReference), .none)
            }
            guard let order = reply.order else { return .finished(refused(reply)) }
            if isLate, let held = order.renewable, let amount = asked.original?.amount {
                guard let renewal = heard.next() else {
                    let key = "\(held.id)-reauthorize"
                    return .ask(try reauthorization(of: held.id, amount, key), .none)
                }
                // If that is refused, the old hold may still do: the capture will show.
                authorization = renewal.authorization?.id ?? held.id
            } else {
                authorization = order.authorization?.id
            }
        }
        guard let authorization else { return .finished(.rejected(.nothingHeld)) }
        guard let reply = heard.next() else {
            return .ask(try capture(asked, of: authorization, key), .movesMoney)
        }
        let answer = PayPal.Capture(reply.body)
        let isOutOfStep = answer?.json.processorResponse?.isLifeCycle ?? false
        if reply.isSuccess, !isOutOfStep {
            return .finished(captured(answer, asked, original, reply))
        }
        guard isOutOfStep || reply.issue == .readState else { return .finished(refused(reply)) }
        // Captured before, perhaps by this very request: our number on it shows that.
        guard let state = heard.next() else {
            return .ask(try readOrder(asked.paymentReference), .none)
        }
        guard let order = state.order else { return .finished(.unknown(.vendorError)) }
        if let own = order.captures.first(where: { $0.isCapture(asked) }) {
            return .finished(captured(own, asked, original, state))
        }
        if let failure = reply.failure {
            return .finished(.rejected(failure.rejection(.wrongState)))
        }
        return .finished(captured(answer, asked, original, reply))
    }

    private func captured(
        _ capture: PayPal.Capture?,
        _ asked: VendorOperation.Capture,
        _ original: PayPal.Original,
        _ reply: PayPal.Reply
    ) -> VendorOutcome {
        guard let capture, capture.amount.currency == asked.amount.currency else {
            return .unknown(.unreadableReply)
        }
        var receipt = VendorReceipt(
            reference: capture.id,
            details: capture.details(reply, order: asked.paymentReference)
        )
        switch capture.status {
        case .completed, .partiallyRefunded, .refunded:
            receipt.amount = capture.amount.minorUnits
            receipt.captured = true
            return .succeeded(receipt)
        case .pending: return .pending(receipt)
        case .declined, .failed:
            let decline = PayPal.Declines.decline(
                capture.json.processorResponse,
                reason: capture.json.statusReason,
                status: capture.json["status"]?.stringValue ?? "",
                brand: original.brand
            )
            return .declined(decline, receipt)
        case nil: return .unknown(.unrecognizedStatus)
        }
    }

    func void(
        _ asked: VendorOperation.Void,
        _ key: String,
        _ heard: inout PayPal.Heard
    ) throws(VendorRejection) -> PayPal.Step {
        var authorization = PayPal.Original(asked.original).authorization
        if authorization == nil {
            guard let reply = heard.next() else {
                return .ask(try readOrder(asked.paymentReference), .none)
            }
            guard let order = reply.order else { return .finished(refused(reply)) }
            switch order.hold {
            case .none: return .finished(.succeeded(order.receipt(reply)))
            case .captured: return .finished(.rejected(.nothingHeld))
            case .unclear: return .finished(.unknown(.unrecognizedStatus))
            case .held(let id): authorization = id
            }
        }
        guard let authorization else { return .finished(.rejected(.nothingHeld)) }
        guard let reply = heard.next() else {
            return .ask(try void(of: authorization, key), .movesMoney)
        }
        return .finished(voided(authorization, asked, reply))
    }

    private func voided(
        _ authorization: String,
        _ asked: VendorOperation.Void,
        _ reply: PayPal.Reply
    ) -> VendorOutcome {
        if reply.isSuccess {
            // 204 has no body, and is as much an answer as the object is.
            guard reply.status != 204 else {
                return .succeeded(VendorReceipt(reference: authorization))
            }
            guard let object = reply.authorization else { return .unknown(.unreadableReply) }
            let details = object.details(reply, order: asked.paymentReference)
            switch object.status {
            // After partial captures, what was captured stays.
            case .voided, .captured, .partiallyCaptured:
                return .succeeded(VendorReceipt(reference: authorization, details: details))
            case .created, .pending, .denied, nil: return .unknown(.unrecognizedStatus)
            }
        }
        guard let failure = reply.failure else { return refused(reply) }
        switch failure.issue {
        case "PREVIOUSLY_VOIDED", "AUTHORIZATION_VOIDED":
            return .succeeded(VendorReceipt(reference: authorization))
        case "PREVIOUSLY_CAPTURED", "AUTHORIZATION_ALREADY_CAPTURED":
            return .rejected(failure.rejection(.wrongState))
        default: return refused(reply)
        }
    }
}

extension PayPal {
    /// Funds are assured for three days; then a wallet's hold can be renewed (section 2.3).
    private static let honorPeriod = Duration.seconds(3 * 86_400)

    /// Whether a capture of a wallet's money was asked after that. The capture's own identifier
    /// says when: every repetition decides as the first try did.
    fileprivate static func isPastHonorPeriod(
        _ asked: VendorOperation.Capture,
        _ original: Original
    ) -> Bool {
        guard original.paymentSource == "paypal", let start = original.authorizedAt else {
            return false
        }
        let milliseconds = Int64(clamping: asked.attempt.uuid.high >> 16)
        return Timestamp(microseconds: milliseconds * 1_000) - start > honorPeriod
    }
}

extension PayPal.Order {
    enum Hold {
        /// Nothing is held; while the order is open, nothing ever is without our last word.
        case none
        case held(String)
        case captured
        case unclear
    }

    fileprivate var hold: Hold {
        switch status {
        case .created, .saved, .approved, .payerActionRequired, .voided: return .none
        case nil: return .unclear
        case .completed: break
        }
        if authorization == nil, !captures.allSatisfy(\.isRefused) { return .captured }
        guard let authorization, authorization.isLive else { return .none }
        return .held(authorization.id)
    }

    /// The hold that a renewal can replace: the first one, while nothing was captured. A renewal
    /// cannot itself be renewed.
    fileprivate var renewable: PayPal.Authorization? {
        guard authorizations.count == 1, captures.isEmpty, authorizations[0].status == .created
        else { return nil }
        return authorizations[0]
    }
}

extension PayPal.Capture {
    /// Whether it is the capture that was asked: it bears our number.
    fileprivate func isCapture(_ asked: VendorOperation.Capture) -> Bool {
        json.invoiceID == asked.capture.description && amount == asked.amount
    }
}

extension PayPal.Reply {
    var authorization: PayPal.Authorization? { isSuccess ? PayPal.Authorization(body) : nil }
}

extension VendorRejection {
    fileprivate static let nothingHeld = VendorRejection(
        .wrongState,
        code: "nothing_held",
        message: "PayPal holds nothing for this order"
    )
}
