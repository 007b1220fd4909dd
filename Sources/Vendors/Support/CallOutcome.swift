import PaymentCore

/// What every answer of a vendor may be, whatever was asked.
protocol CallOutcome: Sendable {
    static func rejected(_ rejection: VendorRejection) -> Self
    static func notDone(_ reason: NotDone) -> Self
    static func unknown(_ reason: UnknownReason) -> Self
    static func abandoned(_ reason: UnknownReason) -> Self

    /// The outcome in one word of a bounded set.
    var shortForm: String { get }
    /// What it says about the vendor's health.
    var symptom: CallSymptom { get }
}

extension VendorOutcome: CallOutcome {}
extension TokenOutcome: CallOutcome {
    /// No attempt hangs on a session whose opening was lost: it is simply not known.
    static func abandoned(_ reason: UnknownReason) -> TokenOutcome { .unknown(reason) }
}
