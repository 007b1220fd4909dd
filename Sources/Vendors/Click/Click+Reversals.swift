import HTTP
import JSON
import PaymentCore

// Giving money back (section 3.6).
extension Click.Dialect {
    func reverse(
        _ asked: VendorOperation.Refund,
        _ replies: [Click.Reply]
    ) throws(VendorRejection) -> VendorStep<VendorOutcome> {
        guard case .payment(let payment) = Click.Reference(asked.paymentReference) else {
            throw .unknownReference
        }
        let isWhole = asked.original == nil || asked.amount == asked.original?.amount
        guard isWhole || service.refundsParts else {
            throw .amount("partial_refund", "this account gives back whole payments only")
        }
        guard let answer = replies.first else {
            guard isInTime(asked.original) else { return .finished(.notAllowed) }
            return .ask(reversal(of: payment, asked.amount, isWhole: isWhole), .movesMoney)
        }
        switch answer {
        case .done:
            return .finished(.succeeded(receipt(asked, payment, isWhole: isWhole)))
        case .refused where isWhole:
            // Perhaps it was given back before: the payment itself shows it.
            return read(payment, replies.dropFirst().first) { report in
                guard case .failed = report.status else { return .notAllowed }
                return .succeeded(receipt(asked, payment, isWhole: true))
            }
        case .refused: return .finished(.notAllowed)
        case .unauthorized, .unknown: return .finished(answer.verdict)
        }
    }

    private func reversal(of payment: Int64, _ amount: Money, isWhole: Bool) -> HTTPRequest {
        isWhole
            ? delete("payment/reversal/\(service.id)/\(payment)")
            : delete(
                "payment/partial_reversal/\(service.id)/\(payment)/\(DecimalAmount.text(amount))"
            )
    }

    /// Click gives no refund an id: the whole payment's is its own, a part is known by our attempt.
    private func receipt(
        _ asked: VendorOperation.Refund,
        _ payment: Int64,
        isWhole: Bool
    ) -> VendorReceipt {
        VendorReceipt(
            reference: isWhole ? String(payment) : "\(payment)-\(asked.attempt)",
            amount: asked.amount.minorUnits,
            details: VendorDetails.text { $0.member("payment_id", payment) }
        )
    }

    /// Click reverses payments of the current month, and on its first day those of the month
    /// before; in Tashkent's time. When a payment that a look-up found was begun, only Click knows.
    private func isInTime(_ original: VendorOperation.Original?) -> Bool {
        guard let created = Self.preparedAt(original)?.tashkentDay else { return true }
        let today = VendorClock.now().tashkentDay
        if created.prefix(7) >= today.prefix(7) { return true }
        let yesterday = (VendorClock.now() - .seconds(86_400)).tashkentDay
        return today.hasSuffix("-01") && created.prefix(7) == yesterday.prefix(7)
    }

    /// When the payment was begun at Click. A link may have been asked for long before.
    private static func preparedAt(_ original: VendorOperation.Original?) -> Timestamp? {
        // Silence is right: what is kept may not be ours, and then Click decides.
        let details = original?.details.flatMap { try? JSONValue.parse($0) }
        return details?["prepare_time"]?.stringValue.flatMap(Timestamp.init(tashkent:))
    }
}

extension VendorOutcome {
    /// Only a payment by hand helps.
    fileprivate static let notAllowed = VendorOutcome.declined(
        Decline(.hard, code: "refund_not_allowed"),
        nil
    )
}
