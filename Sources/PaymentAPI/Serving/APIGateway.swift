internal import Cryptography
package import HTTP
internal import HTTPServer
internal import JSON
internal import Observability
package import PaymentCore
internal import Tracing

/// A request's way from its head to its answer, without any socket: route, limits, who asks, body,
/// idempotency, endpoint. One per loop.
package struct APIGateway: Sendable {
    let services: APIServices
    let state: APIState
    private let authenticator: Authenticator
    private let counters: APICounters

    package init(services: APIServices, state: APIState) {
        self.services = services
        self.state = state
        authenticator = Authenticator(
            store: services.control,
            cache: state.authentication,
            sleep: services.sleep
        )
        counters = APICounters(vendors: services.adapters.map(\.vendor))
    }

    /// What is answered, with what the log says of it.
    package struct Served: Sendable {
        package let response: HTTPResponse
        /// Writes the body instead; what it throws after the first part can only break the answer.
        package let stream:
            (@Sendable (_ write: ([UInt8]) async throws -> Void) async throws -> Void)?
        /// The pattern of the path; nil when no route took the request.
        package let route: String?
        package let problem: ProblemCode?
        package let cause: String?
        package let tenant: TenantID?
        package let key: APIKeyID?
    }

    /// Answers one request. Never throws: what goes wrong is answered as a problem.
    package func serve(
        _ head: RequestHead,
        requestID: String,
        _ source: some RequestSource
    ) async -> Served {
        let context = ServiceContext.current?.traceContext ?? Self.traceContext(of: head.fields)
        var trace = ServingTrace(requestID: requestID, traceparent: context.traceparent)
        var answer: Answer
        do {
            answer = try await route(head, source, &trace)
        } catch {
            let problem = Problem(any: error)
            trace.problem = problem
            counters.count(problem.code)
            answer = state.problems.answer(
                problem,
                requestID: trace.requestID,
                language: Language(accepting: head.fields[.acceptLanguage])
            )
        }
        answer.identify(trace.requestID, trace.traceparent)
        return Served(
            response: HTTPResponse(
                status: answer.status,
                fields: answer.fields,
                body: answer.body
            ),
            stream: answer.stream,
            route: trace.route,
            problem: trace.problem?.code,
            cause: trace.problem?.cause,
            tenant: trace.tenant,
            key: trace.key
        )
    }

    /// The caller's trace with a span of our own, or a new trace.
    static func traceContext(of fields: HTTPFields) -> TraceContext {
        let given = TraceContext(
            traceparent: fields.values(.traceparent),
            tracestate: fields.values(.tracestate)
        )
        var random = BufferedRandom()
        return given?.child(using: &random) ?? .root(using: &random)
    }

    private func route(
        _ head: RequestHead,
        _ source: some RequestSource,
        _ trace: inout ServingTrace
    ) async throws -> Answer {
        switch state.routes.router.match(head.method, head.path) {
        case .found(let route, let parameters):
            trace.route = route.pattern.description
            switch route.endpoint {
            case .endpoint(let endpoint):
                return try await call(endpoint, parameters, head, source, &trace)
            case .webhook(let namesAccount):
                let address = try admitAddress(head)
                return try await WebhookReceiver(
                    services: services,
                    state: state,
                    counters: counters
                ).receive(
                    head,
                    vendor: parameters["vendor"],
                    account: namesAccount ? parameters["account"] : nil,
                    from: address,
                    source
                )
            case .health: return Probes.health
            case .readiness: return Probes.readiness(await services.readiness())
            case .metrics: return Probes.metrics(services.metrics())
            case .document: return Probes.document
            }
        case .notFound:
            try admitAddress(head)
            throw Problem(.endpointNotFound)
        case .methodNotAllowed(let allow):
            try admitAddress(head)
            throw Problem(.methodNotAllowed, allow: allow)
        case .options(let allow):
            try admitAddress(head)
            var answer = Answer.noContent
            answer.fields.append(.allow, allow)
            return answer
        case .malformedPath:
            try admitAddress(head)
            throw Problem(.malformedRequest, ["reason": "malformed_path"])
        }
    }

    /// Everything around one endpoint, cheapest refusals first.
    private func call(
        _ endpoint: some Endpoint,
        _ parameters: PathParameters,
        _ head: RequestHead,
        _ source: some RequestSource,
        _ trace: inout ServingTrace
    ) async throws -> Answer {
        let (request, call) = try await admit(
            endpoint.operation,
            parameters,
            head,
            source,
            &trace
        )
        guard endpoint.operation.takesKey, let key = call.optionalKey else {
            return try await endpoint.answer(request, call)
        }
        return try await once(key, in: call.tenant) {
            try await endpoint.answer(request, call)
        }
    }

    /// What an endpoint is asked, and by whom. Never inlined: the memory it takes is given back
    /// before the endpoint waits for anybody.
    @inline(never)
    private func admit(
        _ operation: Operation,
        _ parameters: PathParameters,
        _ head: RequestHead,
        _ source: some RequestSource,
        _ trace: inout ServingTrace
    ) async throws -> (RequestReader, Call) {
        if operation.patience > .zero { source.prolong(by: operation.patience) }
        let address = try admitAddress(head)
        let query = try query(of: head)
        try Self.checkSingletons(head.fields)
        try CardDataGate.check(head.fields)
        try CardDataGate.check(query: query)
        try CardDataGate.check(path: head.path)
        let identity = try await identify(head, for: operation, &trace)
        try admit(identity, to: operation)
        let document = try await self.document(of: head, for: operation, source)
        if operation.body == .events {
            try CardDataGate.check(events: document ?? .null)
        } else {
            try CardDataGate.check(document ?? .null, exempt: operation.secrets)
        }
        let key = try requestKey(of: head, operation, document)
        let call = Call(
            services: services,
            state: state,
            identity: identity,
            caller: Caller(
                requestID: trace.requestID,
                language: Language(accepting: head.fields[.acceptLanguage]),
                actor: identity.actor,
                traceparent: trace.traceparent,
                address: address?.description,
                action: operation.name
            ),
            key: key
        )
        let request = RequestReader(
            parameters: parameters,
            query: Fields(query: query),
            body: operation.body == .events ? .none() : try fields(of: document),
            events: operation.body == .events ? try events(in: document, head) : []
        )
        return (request, call)
    }

    /// Fields that occur once: of two, a proxy in front might have looked at the other one.
    private static let singletons: [HTTPFieldName] = [
        .authorization, .tenantID, .gatewayActor, .contentType,
    ]

    /// `Idempotency-Key` is another of them, and has a problem of its own.
    private static func checkSingletons(_ fields: HTTPFields) throws(Problem) {
        for name in singletons where fields.all.count(where: { $0.name == name }) > 1 {
            throw Problem(.malformedRequest, ["reason": "duplicate_field"])
        }
    }

    /// The client's address, as far as it is known.
    @discardableResult
    private func admitAddress(_ head: RequestHead) throws(Problem) -> IPAddress? {
        let address = state.configuration.trustedProxies.client(
            peer: head.peer,
            fields: head.fields
        )
        if let address, let wait = state.limiter.refusal(of: address, at: services.now()) {
            throw Problem(.rateLimited, retryAfter: .seconds(wait))
        }
        return address
    }

    private func identify(
        _ head: RequestHead,
        for operation: Operation,
        _ trace: inout ServingTrace
    ) async throws -> Authenticated {
        let now = services.now()
        let key = try await authenticator.key(
            authorization: head.fields[.authorization],
            at: now,
            services.clock.now
        )
        trace.key = key.id
        if let wait = state.limiter.refusal(of: key, at: now) {
            throw Problem(.rateLimited, retryAfter: .seconds(wait))
        }
        let tenant = try await authenticator.tenant(
            of: key,
            named: head.fields[.tenantID],
            admittingDropped: operation.servesDropped,
            at: now
        )
        trace.tenant = tenant.id
        return Authenticated(
            key: key,
            tenant: tenant,
            person: try person(in: head.fields[.gatewayActor])
        )
    }

    private func person(in field: String?) throws(Problem) -> String? {
        guard let field else { return nil }
        guard (1...128).contains(field.unicodeScalars.count) else {
            throw Problem(
                FieldProblem(
                    "header:gateway-actor",
                    .wrongLength,
                    ["minimum": "1", "maximum": "128"]
                )
            )
        }
        return field
    }

    private func admit(_ identity: Authenticated, to operation: Operation) throws(Problem) {
        try identity.require(operation.permission)
        guard
            identity.tenant.state == .active || operation.method == .get
                || operation.servesDropped
        else {
            throw Problem(.tenantSuspended)
        }
    }

    private func query(of head: RequestHead) throws(Problem) -> [(name: String, value: String)] {
        guard let text = head.query, !text.isEmpty else { return [] }
        guard let items = QueryItems(text) else { throw Problem(.malformedQuery) }
        return items.all.map { ($0.name, $0.value) }
    }

    /// The events of a body in one of the forms of CloudEvents' HTTP binding.
    private func events(
        in document: JSONValue?,
        _ head: RequestHead
    ) throws(Problem) -> [CloudEvent] {
        do throws(CloudEventError) {
            return try CloudEventReader.events(
                in: document ?? .null,
                contentType: head.fields[.contentType],
                attributes: head.fields.all.map { ($0.name.spelling.lowercased(), $0.value) }
            )
        } catch {
            throw Problem(.validationFailed, errors: error.problems)
        }
    }

    private func fields(of document: JSONValue?) throws(Problem) -> Fields {
        switch document {
        case nil: return .none()
        case .object(let object)?: return Fields(object, at: "")
        case .null?, .bool?, .integer?, .number?, .string?, .array?:
            throw Problem(FieldProblem("", .wrongType, ["expected": "object"]))
        }
    }
}
