import PaymentCore

extension PaymentSnapshot {
    /// A page that nobody began to pay on, whose `status` is our own business: its vendor asks
    /// before it takes money. Known by the attempt's id until then.
    static func page(
        of attempt: AttemptID,
        _ amount: Money,
        as status: Status,
        reference: String? = nil
    ) -> PaymentSnapshot {
        PaymentSnapshot(
            reference: reference ?? attempt.description,
            attempt: attempt,
            status: status,
            amount: amount,
            capturable: 0,
            captured: 0
        )
    }
}
