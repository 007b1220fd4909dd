internal import HTTP
package import HTTPServer
internal import Observability
internal import PaymentCore

/// What a process answers while it waits for its database: it is alive, it is not ready, and nobody
/// is served yet. In the words and fields of the API itself.
package struct WaitingRoom: HTTPHandler {
    private let problems: ProblemWriter

    package init(_ configuration: APIConfiguration) {
        problems = ProblemWriter(typeBase: configuration.problemTypeBase)
    }

    package func handle(_ exchange: HTTPExchange) async {
        if exchange.path == "/health" {
            return exchange.respond(prepared: PaymentAPIHandler.health)
        }
        let requestID = PaymentAPIHandler.printable(exchange.requestID)
        var answer = answer(to: exchange, requestID)
        answer.identify(
            requestID,
            APIGateway.traceContext(of: exchange.fields).traceparent
        )
        exchange.respond(answer.status, fields: answer.fields, body: answer.body)
    }

    private func answer(to exchange: HTTPExchange, _ requestID: String) -> Answer {
        switch exchange.path {
        case "/health/ready":
            Probes.readiness([
                ReadinessCheck(name: "database", isMet: false),
                ReadinessCheck(name: "migrations", isMet: false),
            ])
        default:
            problems.answer(
                Problem(.unavailable, retryAfter: .seconds(1)),
                requestID: requestID,
                language: Language(accepting: exchange.field(.acceptLanguage))
            )
        }
    }
}
