// Refunds: accepted at once, done later (section 3.4).
extension Octo.World {
    /// - Parameter id: the shop's: a repeat gives the first refund back.
    mutating func refund(
        _ payment: Octo.Payment,
        id: String,
        amount: Hundredths
    ) throws(Octo.Failure) -> Octo.Refund {
        let key = "\(payment.order.shop)/\(id)"
        if let known = refunds[key] { return known }
        guard payment.status == .succeeded else { throw .wrongStatus }
        let pending = refunds.newestFirst
            .filter { $0.payment == payment.uuid && $0.counts }
            .reduce(0) { $0 + $1.amount }
        guard amount.minor > 0, pending + amount.minor <= payment.captured else {
            throw .wrongRefund
        }
        let currency = payment.order.currency
        guard amount.minor >= settings.dollar(in: currency),
            currency != .uzs || amount.minor <= Octo.largestRefund
        else { throw .invalidRefund }
        let refund = Octo.Refund(
            id: uuid(),
            payment: payment.uuid,
            amount: amount.minor,
            time: now
        )
        refunds.insert(refund, id: key)
        guard settings.refundTime > .zero else {
            finishRefund(key)
            return refunds[key] ?? refund
        }
        agenda.enter(.finishRefund(key), at: now + settings.refundTime)
        return refund
    }

    mutating func finishRefund(_ key: String) {
        guard let refund = refunds[key] else { return }
        let fails = payments[refund.payment]?.card?.refundsFail == true
        decideRefund(key, fails ? .failed : .succeeded)
    }

    /// The bank's word on a refund that it has not decided yet.
    mutating func decideRefund(_ key: String, _ status: Octo.Refund.Status) {
        guard let refund = refunds[key] else { return }
        switch refund.status {
        case .new, .pending, .unknown: break
        case .succeeded, .canceled, .failed, .error: return
        }
        refunds[key]?.status = status
        guard status == .succeeded else { return }
        payments[refund.payment]?.refunded += refund.amount
        book.move(.refunded, refund.amount, of: refund.payment, key: nil)
    }
}
