internal import HTTP
package import HTTPServer
internal import PaymentCore

/// What a process answers while it waits for its database: it lives, it is not ready, and nobody is
/// served yet.
package struct WaitingRoom: HTTPHandler {
    private let problems: ProblemWriter

    package init(_ configuration: APIConfiguration) {
        problems = ProblemWriter(typeBase: configuration.problemTypeBase)
    }

    package func handle(_ exchange: HTTPExchange) async {
        let answer = answer(to: exchange)
        exchange.respond(answer.status, fields: answer.fields, body: answer.body)
    }

    private func answer(to exchange: HTTPExchange) -> Answer {
        switch exchange.path {
        case "/health": Probes.health
        case "/health/ready":
            Probes.readiness([
                ReadinessCheck(name: "database", isMet: false),
                ReadinessCheck(name: "migrations", isMet: false),
            ])
        default:
            problems.answer(
                Problem(.unavailable, retryAfter: .seconds(1)),
                requestID: exchange.requestID,
                language: Language(accepting: exchange.field(.acceptLanguage))
            )
        }
    }
}
