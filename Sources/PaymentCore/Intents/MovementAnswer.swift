/// The answer to a caller about a movement, decided from the committed payment alone: the first
/// request, a replay and a recovery all arrive at the same one.
package indirect enum MovementAnswer: Sendable {
    /// It happened.
    case done(Payment, AttemptID?)
    /// It is under way or unknown: neither success nor failure.
    case accepted(Payment, AttemptID)
    /// The vendor said no.
    case declined(Payment, AttemptID, Decline)
    /// The vendor refused the request.
    case rejected(Payment, AttemptID, VendorRejection)
    /// The vendor was not reached; nothing moved, and the same key may be used again.
    case unavailable(Payment, AttemptID, NotDone)

    package init(of payment: Payment, attempt id: AttemptID?) {
        guard let id, let attempt = payment.attempt(id) else {
            self = .done(payment, nil)
            return
        }
        switch attempt.state {
        // The vendor's page never opened for us: another attempt may follow.
        case .abandoned where attempt.operation == .authorize && attempt.reference == nil:
            self = .unavailable(payment, id, .unreachable)
        case .succeeded, .reversed, .requiresAction, .awaitingApproval, .abandoned:
            self = .done(payment, id)
        case .asked, .pending, .unknown: self = .accepted(payment, id)
        case .declined(let decline): self = .declined(payment, id, decline)
        case .rejected(let rejection): self = .rejected(payment, id, rejection)
        case .notDone(let reason): self = .unavailable(payment, id, reason)
        }
    }

    package var payment: Payment {
        switch self {
        case .done(let payment, _), .accepted(let payment, _), .declined(let payment, _, _),
            .rejected(let payment, _, _), .unavailable(let payment, _, _):
            payment
        }
    }

    package var attempt: AttemptID? {
        switch self {
        case .done(_, let id): id
        case .accepted(_, let id), .declined(_, let id, _), .rejected(_, let id, _),
            .unavailable(_, let id, _):
            id
        }
    }

    /// Whether the answer will never change, so that it may be stored under the key.
    package var isFinal: Bool {
        switch self {
        case .done, .declined: true
        case .rejected(_, _, let rejection): rejection.reason != .configuration
        case .accepted, .unavailable: false
        }
    }
}
