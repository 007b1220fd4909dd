internal import HTTP
internal import JSON

extension Adyen {
    /// Adyen behind its interface: who calls, what is kept under a key, what goes out.
    package struct Vendor: SimulatedVendor {
        package struct Work: Sendable {
            let route: Route
            let query: QueryItems
            let body: JSONValue
            let key: String?
        }

        package static let name = "adyen"
        /// Three tries at once, then a queue for 30 days in which everything waits for the first.
        package static let webhookPolicy: WebhookQueue.Policy = {
            let first: [Int64] = [
                9, 18, 27, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800,
            ]
            let waits = first + Array(repeating: 28_800, count: 87)
            var policy = WebhookQueue.Policy(waits: waits.map { .seconds($0) })
            policy.isBlocking = true
            return policy
        }()

        var world: World
        package var endpoints: [Endpoint] = []
        private var keys: KeyedResults<Void, SimulatedReply>

        package init(_ configuration: SimulatorConfiguration<Vendor>, publicURL: String) {
            world = World(
                seed: configuration.seed,
                publicURL: publicURL,
                settings: configuration.settings,
                retainedPayments: configuration.retainedPayments
            )
            keys = KeyedResults(limit: configuration.retainedPayments.map { $0 * 4 })
        }

        package var publicURL: String {
            get { world.publicURL }
            set { world.publicURL = newValue }
        }

        package var outbox: [Notice] {
            get { world.outbox }
            set { world.outbox = newValue }
        }

        package var book: Book { world.book }
        package var nextDue: SimulatedTime? { world.agenda.nextDue }

        package mutating func advance(to time: SimulatedTime) {
            world.advance(to: time)
        }

        package static func isCall(_ path: String) -> Bool {
            Route.prefixes.contains { path.hasPrefix($0) }
        }
    }
}

// Calls.
extension Adyen.Vendor {
    package mutating func begin(_ call: SimulatedCall) -> BegunCall<Work> {
        guard let route = Adyen.Route(call.method, call.path) else {
            return BegunCall(operation: nil, .refused(reply(.notFound, key: nil)))
        }
        let key = call.method == .post ? call.fields[.idempotencyKey] : nil
        var parameters = route.id.isEmpty ? [] : [(name: "id", value: route.id)]
        let stage: BegunCall<Work>.Stage
        do throws(Adyen.Failure) {
            try authenticate(call)
            let (query, body) = try Self.read(call)
            parameters += query.all.map { ($0.name, $0.value) } + body.parameters
            stage = admit(Work(route: route, query: query, body: body, key: key))
        } catch {
            stage = .refused(reply(error, key: key))
        }
        return BegunCall(
            operation: route.operation.rawValue,
            parameters: parameters,
            idempotencyKey: key,
            stage
        )
    }

    private mutating func admit(_ work: Work) -> BegunCall<Work>.Stage {
        guard let key = work.key else { return .ready(work) }
        guard (1...64).contains(key.count) else {
            return .answered(
                reply(.malformed("Idempotency-Key has at most 64 characters."), key: nil)
            )
        }
        switch keys.claim(key, at: world.now, lifetime: Adyen.World.Terms.key) {
        case .first: return .ready(work)
        case .running: return .answered(reply(.inProgress, key: key))
        case .known(_, var known):
            known.isReplay = true
            return .answered(known)
        }
    }

    /// What was decided is kept, refusals and errors included.
    package mutating func perform(
        _ work: Work,
        answering replacement: SimulatedReply?
    ) -> SimulatedReply {
        world.key = work.key
        defer { world.key = nil }
        let reply: SimulatedReply
        do throws(Adyen.Failure) {
            let (status, body) = try world.execute(work)
            reply = self.reply(status, body, key: work.key)
        } catch {
            guard !error.isTransient else {
                abandon(work)
                return self.reply(error, key: work.key)
            }
            reply = self.reply(error, key: work.key)
        }
        if let key = work.key { keys.keep(replacement ?? reply, for: key) }
        return reply
    }

    package mutating func abandon(_ work: Work) {
        if let key = work.key { keys.free(key) }
    }

    package mutating func refuse(_ refusal: FaultRefusal) -> SimulatedReply {
        switch refusal {
        case .rateLimit: reply(.rateLimited, key: nil)
        case .lockTimeout: reply(.inProgress, key: nil)
        case .status(let status, let hint):
            reply(.ordered(status, isTransient: hint), key: nil)
        case .code(let code): reply(.ordered(code), key: nil)
        }
    }

    // MARK: Answers

    private mutating func reply(_ failure: Adyen.Failure, key: String?) -> SimulatedReply {
        var writer = JSONWriter()
        failure.write(pspReference: world.nextPSP(), to: &writer)
        var reply = reply(failure.status, writer.bytes, key: key)
        reply.fields.append("transient-error", "\(failure.isTransient)")
        return reply
    }

    private func reply(_ status: Int, _ body: [UInt8]?, key: String?) -> SimulatedReply {
        var reply = SimulatedReply(status: status)
        if let key { reply.fields.append(.idempotencyKey, key) }
        guard let body else { return reply }
        reply.fields.append(.contentType, "application/json;charset=utf-8")
        reply.body = body
        return reply
    }
}

// Before the endpoint.
extension Adyen.Vendor {
    /// A key, or the login of a web-service user.
    private func authenticate(_ call: SimulatedCall) throws(Adyen.Failure) {
        let known = world.settings.apiKeys
        if let key = call.fields["X-API-Key"] {
            guard known.isEmpty ? !key.isEmpty : known.contains(key) else { throw .unauthorized }
        } else {
            let hasLogin = call.fields[.authorization]?.hasPrefix("Basic ") == true
            guard known.isEmpty, hasLogin else { throw .unauthorized }
        }
    }

    private static func read(
        _ call: SimulatedCall
    ) throws(Adyen.Failure) -> (QueryItems, JSONValue) {
        guard let query = QueryItems(call.query) else { throw .malformed("Unreadable query.") }
        guard call.method == .post else { return (query, [:]) }
        guard call.fields[.contentType]?.hasPrefix("application/json") == true else {
            throw .malformed("Content-Type must be application/json.")
        }
        do throws(JSONError) {
            return (query, try JSONValue.parse(call.body))
        } catch {
            throw .malformed(error.message)
        }
    }
}
