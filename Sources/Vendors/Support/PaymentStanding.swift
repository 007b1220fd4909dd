import PaymentCore

/// Whether a payment may still be made for an attempt, as vendors that ask us want to know it.
enum PaymentStanding: Hashable {
    case payable
    /// Its intent has its money, or a hold for it.
    case paid
    /// Given up, ended, or past its time: no money is taken for it any more.
    case closed

    /// Nil when it is not an attempt to pay.
    init?(_ facts: QuestionFacts) {
        guard let payment = facts.payment, let attempt = facts.attempt,
            attempt.operation == .authorize
        else { return nil }
        let intent = payment.intent
        switch attempt.state {
        case .succeeded, .reversed: self = .paid
        case _ where intent.captured > 0 || intent.capturable > 0: self = .paid
        case _ where intent.isReleasing || facts.isPageOver: self = .closed
        case .asked, .pending, .requiresAction, .unknown: self = .payable
        case .declined, .rejected, .notDone, .abandoned, .awaitingApproval: self = .closed
        }
    }
}
