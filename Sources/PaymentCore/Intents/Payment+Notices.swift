/// Whose notifications a payment takes. A notification is verified against one account's secrets,
/// and what it says proves nothing about what was done at another.
extension Payment {
    /// The other accounts at which what a snapshot may refer to was done; nil among them is cash.
    func strangers(
        to account: MerchantAccountID,
        in snapshot: VendorSnapshot
    ) -> Set<MerchantAccountID?> {
        var strangers: Set<MerchantAccountID?> = []
        for attempt in attempts where attempt.account != account && snapshot.names(attempt) {
            strangers.insert(attempt.account)
        }
        return strangers
    }

    /// Whether the vendor's payment of this name is one that this payment was made by.
    func isPaid(by reference: String, at account: MerchantAccountID) -> Bool {
        attempts.contains {
            $0.reference == reference && $0.account == account && $0.state == .succeeded
                && ($0.operation == .authorize || $0.operation == .capture && $0.origin == .vendor)
        }
    }

    /// Flags the payment for what it does not take; once, however often that is sent.
    mutating func flagRefusedNotice() {
        flagUnless(intent.hasDiscrepancy)
    }
}

extension VendorSnapshot {
    /// The attempt that the vendor echoes.
    var attempt: AttemptID? {
        switch self {
        case .payment(let payment): payment.attempt
        case .refund(let refund): refund.attempt
        case .movement(let movement): movement.attempt
        }
    }

    /// The vendor's id of the payment that it belongs to.
    var paymentReference: String {
        switch self {
        case .payment(let payment): payment.reference
        case .refund(let refund): refund.paymentReference
        case .movement(let movement): movement.paymentReference
        }
    }

    fileprivate func names(_ attempt: Attempt) -> Bool {
        if attempt.id == self.attempt { return true }
        guard let reference = attempt.reference, !reference.isEmpty else { return false }
        return references.contains(reference)
    }

    private var references: [String] {
        switch self {
        case .payment(let payment): [payment.reference]
        case .refund(let refund): [refund.reference, refund.paymentReference]
        case .movement(let movement): [movement.reference, movement.paymentReference]
        }
    }

    /// Whether it says that money is held or was taken.
    var tellsMoney: Bool {
        guard case .payment(let payment) = self else { return false }
        return payment.capturable > 0 || payment.captured > 0
    }
}
