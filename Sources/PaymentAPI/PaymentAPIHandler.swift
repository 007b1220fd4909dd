package import HTTP
package import HTTPServer
package import Logging
package import Observability
internal import PaymentCore
internal import Tracing

/// The API as the HTTP server knows it. One per loop.
package struct PaymentAPIHandler: HTTPHandler {
    private let gateway: APIGateway
    private let accessLog: Logger?
    private let tracer: LoggingTracer?

    /// - Parameters:
    ///   - accessLog: gets a line per request, except for probes; nil logs none.
    ///   - tracer: gets a span per request; nil makes none, which costs nothing.
    package init(
        services: APIServices,
        state: APIState,
        accessLog: Logger?,
        tracer: LoggingTracer? = nil
    ) {
        gateway = APIGateway(services: services, state: state)
        self.accessLog = accessLog
        self.tracer = tracer
    }

    package func handle(_ exchange: HTTPExchange) async {
        // The probe must cost nothing, even to a process that is short of everything.
        if exchange.path == "/health", exchange.method == .get || exchange.method == .head {
            exchange.route = "/health"
            return exchange.respond(prepared: Self.health)
        }
        let head = RequestHead(
            method: exchange.method,
            path: exchange.path,
            query: exchange.query,
            fields: exchange.fields,
            peer: exchange.peerAddress
        )
        guard let tracer else {
            _ = await answer(head, exchange)
            return
        }
        var context = ServiceContext.topLevel
        tracer.extract(head.fields, into: &context, using: FieldExtractor())
        await tracer.withSpan(head.method.rawValue, context: context, ofKind: .server) { span in
            let served = await answer(head, exchange)
            let status = served.response.status.code
            if let route = served.route { span.operationName = "\(head.method.rawValue) \(route)" }
            span.attributes["http.response.status_code"] = status
            if status >= 500 { span.setStatus(SpanStatus(code: .error)) }
        }
    }

    private func answer(_ head: RequestHead, _ exchange: HTTPExchange) async -> APIGateway.Served {
        let start = ContinuousClock.now
        let requestID = Self.printable(exchange.requestID)
        let served = await gateway.serve(
            head,
            requestID: requestID,
            ExchangeSource(exchange: exchange)
        )
        exchange.route = served.route
        if let stream = served.stream {
            await send(stream, of: served, to: exchange)
        } else {
            exchange.respond(
                served.response.status,
                fields: served.response.fields,
                body: served.response.body
            )
        }
        log(head, served, requestID, start.duration(to: .now))
        return served
    }

    /// Sends a body part by part. One that cannot be finished is cut off without its end, so that
    /// the client sees that it is broken.
    private func send(
        _ stream: Answer.Stream,
        of served: APIGateway.Served,
        to exchange: HTTPExchange
    ) async {
        exchange.start(served.response.status, fields: served.response.fields)
        // What is not sent is not read either.
        if exchange.method == .head { return exchange.finish() }
        do {
            try await stream { try await exchange.write($0) }
            exchange.finish()
        } catch {
            accessLog?.warning(
                "an answer was broken off",
                metadata: ["route": "\(served.route ?? "-")", "error": "\(type(of: error))"]
            )
        }
    }

    /// How the server's own errors look: give it to `HTTPServerConfiguration.renderProblem`.
    package static func problemRenderer(
        _ configuration: APIConfiguration
    ) -> @Sendable (HTTPProblem, String, String?) -> HTTPResponse {
        let writer = ProblemWriter(typeBase: configuration.problemTypeBase)
        return { problem, requestID, acceptLanguage in
            let requestID = printable(requestID)
            var answer = writer.answer(
                Problem(problem),
                requestID: requestID,
                language: Language(accepting: acceptLanguage)
            )
            answer.fields.append(.requestID, requestID)
            answer.fields.append(.cacheControl, "no-store")
            return HTTPResponse(
                status: problem.status,
                fields: answer.fields,
                body: answer.body
            )
        }
    }

    static let health: PreparedResponse = {
        var answer = Probes.health
        answer.forbidCaching()
        return PreparedResponse(answer.status, fields: answer.fields, body: answer.body)
    }()

    /// A request's id is repeated in the answer, so one that holds a card number is not kept.
    static func printable(_ requestID: String) -> String {
        CardDataDetector.containsCardNumber(requestID) ? "withheld" : requestID
    }

    private func log(
        _ head: RequestHead,
        _ served: APIGateway.Served,
        _ requestID: String,
        _ duration: Duration
    ) {
        guard let accessLog, served.route != "/health/ready", served.route != "/metrics" else {
            return
        }
        let level: Logger.Level = served.response.status.code >= 500 ? .error : .info
        guard level >= accessLog.logLevel else { return }
        // Spelled out, because interpolating each value costs more than the rest of the line.
        var metadata: Logger.Metadata = [
            "method": .string(head.method.rawValue),
            "route": .string(served.route ?? "-"),
            "status": .string(String(served.response.status.code)),
            "duration_us": .string(String(duration.microseconds)),
            "request_id": .string(requestID),
        ]
        if let tenant = served.tenant { metadata["tenant"] = .string(tenant.description) }
        if let key = served.key { metadata["key"] = .string(key.description) }
        if let problem = served.problem { metadata["problem"] = .string(problem.rawValue) }
        if let cause = served.cause { metadata["cause"] = .string(cause) }
        accessLog.log(level: level, "request", metadata: metadata)
    }
}

/// The rest of a request that came over a socket.
private struct ExchangeSource: RequestSource {
    let exchange: HTTPExchange

    func body(limit: Int) async throws(Problem) -> [UInt8] {
        do {
            return try await exchange.body(limit: limit)
        } catch {
            throw Problem(error.problem)
        }
    }

    func prolong(by duration: Duration) {
        exchange.deadline += duration
    }
}

/// Where a trace's headers are in a request. Several are one list, which `traceparent` must not be.
private struct FieldExtractor: Extractor {
    func extract(key: String, from fields: HTTPFields) -> String? {
        let values = fields.values(key == "traceparent" ? .traceparent : .tracestate)
        return values.isEmpty ? nil : values.joined(separator: ",")
    }
}
