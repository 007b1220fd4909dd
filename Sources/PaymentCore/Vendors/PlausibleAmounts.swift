/// Vendors are believed about any amount that a caller could ask for. What is beyond that is not
/// money, and a sum of such numbers would leave the range of integers.
extension VendorSnapshot {
    var isPlausible: Bool {
        switch self {
        case .payment(let payment):
            payment.amount.isPlausible && payment.capturable.isPlausible
                && payment.captured.isPlausible
                && payment.captures.allSatisfy(\.amount.isPlausible)
        case .refund(let refund): refund.amount.isPlausible
        case .movement(let movement): movement.amount.isPlausible
        }
    }

    /// Whether the money that it reports is in a currency. A release is of all that is held, and
    /// what failed needs no amount.
    func isMoney(in currency: Currency) -> Bool {
        switch self {
        case .payment(let payment): !payment.needsAmount || payment.amount.currency == currency
        case .refund(let refund): refund.amount.currency == currency
        case .movement(let movement):
            movement.kind.isRelease || movement.amount.currency == currency
        }
    }
}

extension PaymentSnapshot {
    /// Whether it says that money is held or was taken.
    fileprivate var needsAmount: Bool {
        switch status {
        case .authorized, .captured: true
        case .open, .requiresAction, .approved, .processing, .declined, .voided, .expired:
            capturable > 0 || captured > 0
        }
    }
}

extension VendorOutcome {
    /// Whether the amounts that it reports can be amounts of money; ``found(_:)`` is looked at when
    /// it is observed.
    var isPlausible: Bool {
        switch self {
        case .succeeded(let receipt), .pending(let receipt), .requiresAction(_, let receipt):
            receipt.amount?.isPlausible ?? true
        case .declined(_, let receipt): receipt?.amount?.isPlausible ?? true
        case .rejected, .notDone, .unknown, .abandoned, .found, .notFound: true
        }
    }
}

extension Money {
    fileprivate var isPlausible: Bool { minorUnits.isPlausible }
}

extension Int64 {
    fileprivate var isPlausible: Bool { (0...Self.largestAmount).contains(self) }

    /// Adds, clamped to the range: what vendors report never ends the process.
    mutating func add(clamped amount: Int64) {
        let (sum, overflows) = addingReportingOverflow(amount)
        self = overflows ? (amount > 0 ? .max : .min) : sum
    }
}
