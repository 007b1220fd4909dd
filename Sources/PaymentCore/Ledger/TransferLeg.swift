/// The part that a transfer plays in booking an attempt. It gives the transfer its identifier, so
/// that an attempt can be booked only once, and what ends a pending transfer knows its name
/// without a look-up.
enum TransferLeg: UInt64, CaseIterable {
    /// Announces what a hold or a refund will move.
    case reserve = 1
    /// Moves the merchant's balance: out of what was announced, or at once.
    case main = 2
    /// Passes on what came out of the announcement.
    case transit = 3
    /// Moves what went beyond the announcement.
    case excess = 4
    /// Books the other currency's side.
    case exchange = 5
    /// Takes back what is left of the announcement.
    case release = 6
}

extension TransferID {
    /// - Parameter reversed: of the transfer that reverses this leg.
    init(_ attempt: AttemptID, _ leg: TransferLeg, reversed: Bool = false) {
        // Neighbours of an attempt's identifier differ in its low word alone.
        let mark = leg.rawValue | (reversed ? 8 : 0)
        self.init(UUID7(high: attempt.uuid.high ^ mark, low: attempt.uuid.low))
    }
}
