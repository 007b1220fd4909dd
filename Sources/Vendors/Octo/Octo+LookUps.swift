import JSON
import PaymentCore

extension Octo.Dialect {
    /// The status read (section 3.2). What it does not know but a notification said comes along
    /// with the question.
    func lookUp(
        _ asked: VendorOperation.LookUp,
        _ conversation: inout Conversation
    ) throws(Conversation.Interruption) -> VendorOutcome {
        if let refund = asked.refund { return try found(refund, &conversation) }
        guard let original = asked.original else { throw .refused(.withoutOriginal) }
        let payment: Octo.Payment
        switch try hear(status(of: original.attempt), .none, &conversation) {
        case .unknown(let why): return .unknown(why)
        case .refused(let failure): return refused(asked, failure)
        case .good(let words, let at):
            guard let read = original.payment(words, at), read.total != nil,
                asked.subject.allows(read)
            else { return .unknown(.unreadableReply) }
            payment = read
        }
        var fiscal: Octo.Words?
        if fiscalGoods != nil, payment.status == .succeeded, payment.refunded?.isZero ?? true {
            let reply = try hear(fiscalData(of: payment.uuid), .addition, &conversation)
            if case .good(let words, _) = reply { fiscal = words }
        }
        return found(payment, original, asked.told, fiscal)
    }

    private func refused(
        _ asked: VendorOperation.LookUp,
        _ failure: Octo.Failure
    ) -> VendorOutcome {
        guard failure.says(absentText) else {
            return failure.isAboutRequest ? failure.outcome : .unknown(.vendorError)
        }
        switch asked.subject {
        case .paymentOfAttempt: return .notFound
        // Octo itself had named it: other credentials, perhaps.
        case .payment, .refund, .refundOfAttempt: return .unknown(.vendorError)
        }
    }

    private func found(
        _ payment: Octo.Payment,
        _ original: VendorOperation.Original,
        _ told: String?,
        _ fiscal: Octo.Words?
    ) -> VendorOutcome {
        let kept = Octo.Kept(original.details)
        let told = Octo.Kept(told)
        guard let total = payment.total, let status = payment.status,
            let state = state(of: payment, status, original, kept, told)
        else { return .unknown(.unrecognizedStatus) }
        let holdEnd = holdEnd(of: payment, original.askedAt)
        return .found(
            .payment(
                PaymentSnapshot(
                    reference: payment.uuid,
                    attempt: original.attempt,
                    status: state,
                    amount: total,
                    capturable: status == .waitingForCapture ? total.minorUnits : 0,
                    captured: state == .captured
                        ? payment.captured(before: kept.succeededStatus) ?? 0 : 0,
                    authorizationExpiresAt: holdEnd,
                    method: payment.method(told: told),
                    details: payment.details(holdEnd: holdEnd, told: told, fiscal: fiscal)
                )
            )
        )
    }

    private func state(
        of payment: Octo.Payment,
        _ status: Octo.Status,
        _ original: VendorOperation.Original,
        _ kept: Octo.Kept,
        _ told: Octo.Kept
    ) -> PaymentSnapshot.Status? {
        switch status {
        case .created, .waitUserAction:
            if isPast(original.askedAt + pageLifetime + Self.pageGrace, payment) { return .expired }
            let isAsAsked = payment.total == original.amount
            let page = isAsAsked ? page(of: payment) : nil
            return .requiresAction(page.map { .redirect(url: $0) })
        case .waitingForCapture: return .authorized
        case .succeeded, .refunded, .partiallyRefunded: return .captured
        case .canceled, .failed:
            // After a hold: by our word or somebody's in the cabinet, unless its time was up.
            if let holdEnd = kept.holdEnd {
                return isPast(holdEnd - Self.holdGrace, payment) ? .expired : .voided
            }
            if status == .canceled, isPast(original.askedAt + pageLifetime, payment) {
                return .expired
            }
            return .declined(decline(of: payment, told: told))
        }
    }

    private var pageLifetime: Duration { .seconds(60 * pageMinutes) }
    /// How long after its end a page may still be called open: Octo cancels it by itself.
    private static let pageGrace = Duration.seconds(900)
    /// How much later than Octo we may have counted a hold from.
    private static let holdGrace = Duration.seconds(120)

    /// By Octo's clock; not while that is unknown.
    private func isPast(_ end: Timestamp, _ payment: Octo.Payment) -> Bool {
        payment.at.map { $0 >= end } ?? false
    }
}

extension VendorOperation.LookUp.Subject {
    /// A payment under Octo's own identifier must be that one.
    fileprivate func allows(_ payment: Octo.Payment) -> Bool {
        switch self {
        case .payment(let reference): payment.isSame(as: reference)
        case .paymentOfAttempt: true
        case .refund, .refundOfAttempt: false
        }
    }
}
