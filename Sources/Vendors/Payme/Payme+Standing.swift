import JSON
import PaymentCore

// What transactions mean for the payment, and the payment for them.
extension Payme.Desk {
    /// The attempt that is to be paid, when it may be (section 3.5, step 3).
    @discardableResult
    func admit(_ amount: Int64, _ cashbox: Payme.Cashbox) throws(Payme.Failure) -> Attempt {
        let field = cashbox.accountField
        guard let payment = facts.payment, let attempt = facts.attempt,
            let standing = PaymentStanding(facts)
        else { throw .account(.unknown, field: field) }
        guard payment.intent.amount.currency.code == "UZS" else {
            throw .account(.foreign, field: field)
        }
        guard attempt.amount == amount else { throw .wrongAmount }
        switch standing {
        case .payable: return attempt
        case .paid: throw .account(.paid, field: field)
        case .closed: throw .account(.closed, field: field)
        }
    }

    /// Whether a created transaction's money is still wanted: by an open attempt, or for a hold of
    /// the Subscribe API that is being captured.
    var isHonoured: Bool {
        PaymentStanding(facts) == .payable
            || (isFunded && facts.payment?.intent.isReleasing == false
                && !transactions.contains { $0.state == .performed })
    }

    /// A hold outlives the twelve hours, as Payme itself keeps the money; one that was let go does
    /// not.
    func isOverdue(_ transaction: Payme.Transaction) -> Bool {
        transaction.isOverdue(at: facts.now) && !isFunded
    }

    /// Whether the attempt got a hold or money, whatever became of it since.
    var isSettled: Bool { facts.attempt?.state == .succeeded }

    /// Whether it still has it.
    private var isFunded: Bool {
        guard isSettled, let intent = facts.payment?.intent else { return false }
        return intent.capturable > 0 || intent.captured > 0
    }

    /// Whether we have asked for the money to be given back ourselves, by the Subscribe API.
    var hasOwnRefund: Bool {
        facts.payment?.refunds.contains { refund in
            guard refund.origin == .gateway else { return false }
            switch refund.state {
            case .asked, .pending, .requiresAction, .unknown, .succeeded: return true
            case .awaitingApproval, .declined, .rejected, .notDone, .abandoned, .reversed:
                return false
            }
        } ?? false
    }

    func expire(
        _ transaction: Payme.Transaction,
        _ answer: (Payme.Transaction) -> Payme.Answer
    ) -> Ruling {
        let after = transaction.cancelled(for: Payme.Transaction.timeoutReason, at: facts.now)
        return Ruling(changed: [after], snapshots: undone(by: after), answer: answer(after))
    }

    /// What time alone ends: a transaction after twelve hours, a link that nobody used.
    func sweep() -> Ruling? {
        if let overdue = transactions.first(where: isOverdue) {
            return expire(overdue) { .cancelled($0) }
        }
        // A receipt's end is Payme's to tell.
        guard facts.isPageOver, !transactions.contains(where: \.hasOrder),
            let payment = facts.payment, let attempt = facts.attempt,
            attempt.reference.map(Payme.Dialect.isLink) ?? true
        else { return nil }
        let expired = PaymentSnapshot.page(
            of: attempt.id,
            payment.intent.amount,
            as: .expired,
            reference: attempt.reference
        )
        return Ruling(snapshots: [.payment(expired)], answer: .kept)
    }
}

// In our words.
extension Payme.Desk {
    func snapshots(
        of transaction: Payme.Transaction,
        as status: PaymentSnapshot.Status
    ) -> [VendorSnapshot] {
        guard let payment = facts.payment, let attempt = facts.attempt else { return [] }
        let snapshot = PaymentSnapshot(
            reference: reference(of: transaction),
            attempt: attempt.id,
            status: status,
            amount: Money(transaction.amount, payment.intent.amount.currency),
            capturable: 0,
            captured: transaction.isPaid ? transaction.amount : 0,
            details: transaction.details
        )
        return [.payment(snapshot)]
    }

    /// What a cancelled transaction takes back.
    func undone(by transaction: Payme.Transaction) -> [VendorSnapshot] {
        guard let payment = facts.payment else { return [] }
        if transaction.isPaid || (isSettled && payment.intent.captured > 0) {
            return [refund(by: transaction, payment)] + snapshots(of: transaction, as: .captured)
        }
        let status: PaymentSnapshot.Status =
            if isSettled || payment.intent.isReleasing {
                .voided
            } else if transaction.reason == Payme.Transaction.timeoutReason {
                .expired
            } else {
                .declined(transaction.decline)
            }
        return snapshots(of: transaction, as: status)
    }

    /// Always of the whole amount, and at most one: so the transaction's own id names it. Ours, when
    /// we have asked for one.
    private func refund(
        by transaction: Payme.Transaction,
        _ payment: Payment
    ) -> VendorSnapshot {
        .refund(
            RefundSnapshot(
                reference: transaction.id,
                paymentReference: reference(of: transaction),
                attempt: payment.refunds.first(where: \.state.isOpen)?.id,
                status: .succeeded,
                amount: Money(transaction.amount, payment.intent.amount.currency),
                details: transaction.details
            )
        )
    }

    /// The receipt that the Subscribe API named first, where it did.
    private func reference(of transaction: Payme.Transaction) -> String {
        (isSettled ? facts.payment?.intent.reference : nil) ?? transaction.id
    }
}

extension Payme.Transaction {
    /// Whether it keeps others from its order.
    var hasOrder: Bool { state == .created || state == .performed }

    /// Whether it was performed, whatever came after.
    var isPaid: Bool { performTime > 0 }

    /// Section 8.
    fileprivate var decline: Decline {
        let kind: Decline.Class =
            switch reason {
            // The processing centre's "no", and the payer who took too long.
            case 2, 4: .soft
            default: .temporary
            }
        return Decline(kind, code: reason.map { "cancel_reason_\($0)" } ?? "cancelled")
    }

    /// What is kept with the payment; see `docs/details/payme.md`.
    var details: String {
        VendorDetails.text { writer in
            writer.member("transaction_id", id)
            writer.member("transaction", name)
            writer.member("transaction_state", state.rawValue)
            writer.member("transaction_time", time)
            writer.member("create_time", createTime)
            if performTime > 0 { writer.member("perform_time", performTime) }
            if cancelTime > 0 { writer.member("cancel_time", cancelTime) }
            if let reason { writer.member("cancel_reason", reason) }
            for kind in Payme.FiscalReceipt.Kind.allCases {
                writer.fiscal(fiscal[kind.rawValue], kind)
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func fiscal(_ receipt: JSONValue?, _ kind: Payme.FiscalReceipt.Kind) {
        let prefix =
            switch kind {
            case .perform: "fiscal"
            case .cancel: "cancel_fiscal"
            }
        for member in Payme.FiscalReceipt.Member.allCases {
            // Numbers as text: a receipt's number may come as either.
            word("\(prefix)_\(member.rawValue)", receipt?[member.rawValue]?.plainText)
        }
    }
}
