/// Money beyond the payment that holds the intent: a page paid twice, or one that was given up and
/// paid after another. It is booked where it was taken, and flagged; what is held stays held, and
/// what the holder reports of itself is compared with its own captures alone.
extension Payment {
    /// What was captured of the payment that holds the intent.
    var ownCaptured: Int64 {
        captures.filter { $0.isOfFurtherPayment && $0.state == .succeeded }
            .reduce(intent.captured) { $0 - $1.moved }
    }

    /// An open attempt succeeds while an earlier one, taken for a "no", has got the money: what it
    /// took is booked in addition, and what it holds is left to a person.
    mutating func succeedBeside(_ index: Int, _ receipt: VendorReceipt, _ asking: Asking) {
        let late = lateSnapshot(of: attempts[index], receipt)
        bookFurtherPayment(late, of: index, asking)
        attempts[index].reference = receipt.reference
        attempts[index].details = receipt.details ?? attempts[index].details
        attempts[index].movedAmount = receipt.amount ?? attempts[index].amount
        settle(index, as: .succeeded, at: asking.now)
    }

    /// Books what a further payment took and is not booked yet.
    mutating func bookFurtherPayment(
        _ snapshot: PaymentSnapshot,
        of index: Int,
        _ asking: Asking
    ) {
        guard snapshot.captured > 0 else {
            // A second hold that was granted has been flagged already.
            let isKnown =
                attempts[index].state == .succeeded
                && attempts[index].reference == snapshot.reference
            return flagUnless(snapshot.capturable == 0 || isKnown)
        }
        let unbooked = unbooked(of: snapshot)
        for capture in unbooked {
            bookCapture(
                of: capture.amount,
                reference: capture.reference,
                asking.nested(attempts.count),
                origin: .vendor,
                at: attempts[index],
                isOfFurtherPayment: true
            )
        }
        flagUnless(unbooked.isEmpty)
    }

    /// The captures of a further payment that are not booked: those that are shown one by one, else
    /// what the sum exceeds.
    private func unbooked(
        of snapshot: PaymentSnapshot
    ) -> [(reference: String, amount: Int64)] {
        let shown = snapshot.captures.filter { $0.status == .succeeded }
        let names = Set(
            shown.map(\.reference)
                + [snapshot.reference, snapshot.captureReference].compactMap(\.self)
        )
        let known = captures.filter { $0.reference.map(names.contains) ?? false }
        var left = snapshot.captured - known.map(\.moved).reduce(0, +)
        guard !snapshot.captures.isEmpty else {
            return left > 0 ? [(snapshot.captureReference ?? snapshot.reference, left)] : []
        }
        var unbooked: [(reference: String, amount: Int64)] = []
        // What the sum leaves no room for was booked before, as the payment itself: the earliest.
        for capture in shown.reversed()
        where !known.contains(where: { $0.reference == capture.reference })
            && capture.amount <= left
        {
            unbooked.append((capture.reference, capture.amount))
            left -= capture.amount
        }
        return unbooked.reversed()
    }
}

extension Attempt {
    /// The reason given for a capture that is not of the payment that holds the intent.
    static let furtherPayment = "further_payment"

    var isOfFurtherPayment: Bool {
        operation == .capture && origin == .vendor && reason == Self.furtherPayment
    }
}
