internal import PaymentCore

/// Renders just enough for the checker to hold everybody to their word.
struct SimulationPresenter: Presenter {
    let tamper: Tamper

    /// The attempt and how it stands.
    func answer(
        _ answer: MovementAnswer,
        to caller: Caller,
        revealing action: NextAction?
    ) -> StoredAnswer {
        let status =
            switch answer {
            case .done: 200
            case .accepted: 202
            case .declined: 402
            case .rejected: 409
            case .unavailable: 503
            }
        let payment = answer.payment
        let attempt = answer.attempt.flatMap(payment.attempt)
        let words = [
            payment.intent.id.description, attempt?.id.description ?? "-",
            attempt?.state.name ?? "-",
        ]
        return StoredAnswer(status: status, body: words.joined(separator: " "))
    }

    func auditData(of payment: Payment, asking attempt: AttemptID?) -> String { "{}" }

    /// State and sums.
    func eventData(of payment: Payment, movement: AttemptID?) -> String {
        tamper.told(payment.intent.told, of: payment.intent.id)
    }

    func eventData(of change: HealthTransition) -> String { "" }
    func document(of decision: RoutingDecision) -> String { "" }
    func eventData(of method: PaymentMethod) -> String { "" }
}

extension Intent {
    /// What an event tells of it.
    var told: String {
        "\(state.rawValue) \(capturable) \(captured) \(refunded)"
    }
}
