internal import HTTP
internal import JSON
package import PaymentCore

/// Brings payments into the documents that callers and consumers know.
package struct PaymentPresenter: Presenter {
    private let problems: ProblemWriter

    /// - Parameter problemTypeBase: what the `type` of a problem begins with, ending in a slash.
    package init(problemTypeBase: String = APIConfiguration.standardProblemTypeBase) {
        problems = ProblemWriter(typeBase: problemTypeBase)
    }

    /// Success is 200 here; an endpoint that creates answers it as 201.
    package func answer(
        _ answer: MovementAnswer,
        to caller: Caller,
        revealing action: NextAction?
    ) -> StoredAnswer {
        switch answer {
        case .done(let payment, _):
            return StoredAnswer(status: 200, body: document(payment, action))
        case .accepted(let payment, _):
            return StoredAnswer(status: 202, body: document(payment, action))
        case .declined(let payment, let id, let decline):
            let declined = Problem(
                .paymentDeclined,
                decline: decline,
                declinedAt: payment.attempt(id)?.answeredAt
            )
            return problem(declined, payment, caller) { _ in }
        case .rejected(let payment, _, let rejection):
            return problem(Problem(rejection), payment, caller) { writer in
                writer.object("rejection") { $0.members(of: rejection) }
            }
        case .unavailable(let payment, _, let reason):
            return problem(Problem(.vendorUnavailable), payment, caller) { writer in
                writer.member("reason", reason.rawValue)
            }
        }
    }

    package func eventData(of payment: Payment, movement: AttemptID?) -> String {
        var writer = JSONWriter(capacity: 2_048)
        writer.object { data in
            data.object("intent") { IntentDocument(payment).write(to: &$0) }
            if let attempt = movement.flatMap(payment.attempt) {
                data.object("attempt") { $0.members(of: attempt) }
            } else {
                data.null("attempt")
            }
        }
        return writer.text
    }

    package func eventData(of change: HealthTransition) -> String {
        var writer = JSONWriter()
        writer.object { data in
            data.object("adapter_health") {
                $0.member("merchant_account_id", change.account.description)
                $0.member("gateway", change.vendor.name)
                $0.member("mode", change.mode.rawValue)
                $0.member("state", change.state.rawValue)
                $0.member("reason", change.illness?.rawValue)
                $0.member("changed_at", change.changedAt.rfc3339)
            }
        }
        return writer.text
    }

    package func auditData(of payment: Payment, asking attempt: AttemptID?) -> String {
        AuditDocument.text { document in
            document.member("status", payment.intent.state.rawValue)
            document.member("amount", payment.intent.amount.minorUnits)
            document.member("currency", payment.intent.amount.currency.code)
            document.member("payment_method_id", payment.intent.method.id?.description)
            if let attempt = attempt.flatMap(payment.attempt) {
                document.object("attempt") { $0.members(of: attempt) }
            }
            document.array("settlements") { array in
                for settlement in payment.intent.plans.settlements {
                    array.object { $0.members(of: settlement) }
                }
            }
        }
    }

    package func document(of decision: RoutingDecision) -> String {
        var writer = JSONWriter()
        writer.object { $0.members(of: decision) }
        return writer.text
    }

    package func eventData(of method: PaymentMethod) -> String {
        var writer = JSONWriter()
        writer.object { data in
            data.object("payment_method") { $0.members(of: method) }
        }
        return writer.text
    }

    private func document(_ payment: Payment, _ action: NextAction?) -> String {
        var writer = JSONWriter(capacity: 2_048)
        writer.object { IntentDocument(payment, revealing: action).write(to: &$0) }
        return writer.text
    }

    private func problem(
        _ problem: Problem,
        _ payment: Payment,
        _ caller: Caller,
        _ members: (inout JSONWriter) -> Void
    ) -> StoredAnswer {
        let body = problems.document(
            problem,
            requestID: caller.requestID,
            language: caller.language
        ) { writer in
            writer.object("intent") { IntentDocument(payment).write(to: &$0) }
            members(&writer)
        }
        return StoredAnswer(
            status: problem.code.status.code,
            body: String(decoding: body, as: UTF8.self)
        )
    }
}
