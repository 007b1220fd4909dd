internal import HTTP

extension Stripe {
    /// The simulator without sockets and clocks: calls in, answers and webhooks out.
    ///
    /// A call is `begun`, may have to wait, and is `finished`; between the two others may come.
    struct Machine: Sendable {
        /// A call on its way through.
        struct Visit: Sendable {
            fileprivate enum Stage: Sendable {
                case answered(Reply)
                case ready(Route, Parameters, key: String?)
            }

            /// How long to wait before `finish`.
            let delay: Duration
            let requestID: String
            fileprivate let idempotencyKey: String?
            fileprivate let number: Int
            fileprivate let stage: Stage
            fileprivate let faults: [CallFault]
        }

        /// How an answer goes back.
        enum Delivery: Sendable {
            case whole(Reply)
            case late(Reply, Duration)
            /// In pieces over this time.
            case slow(Reply, Duration)
            /// The connection closes without an answer.
            case close
            case reset
        }

        let configuration: StripeSimulator.Configuration
        var world: World
        var keys: IdempotencyKeys
        var journal: Journal
        var callFaults: FaultPlan<CallFault>
        var webhookFaults: FaultPlan<WebhookFault>
        var webhooks: WebhookQueue
        var endpoints: [StripeSimulator.WebhookEndpoint]
        private var callsInSecond = 0
        private var currentSecond: Int64 = 0

        init(_ configuration: StripeSimulator.Configuration, publicURL: String) {
            self.configuration = configuration
            let retained = configuration.retainedPayments
            world = World(
                World.Settings(
                    seed: configuration.seed,
                    publicURL: publicURL,
                    searchLag: configuration.searchLag,
                    retainedPayments: retained
                )
            )
            keys = IdempotencyKeys(limit: retained.map { $0 * 2 })
            journal = Journal(limit: configuration.journalLength)
            callFaults = FaultPlan(seed: configuration.seed &+ 1)
            webhookFaults = FaultPlan(seed: configuration.seed &+ 2)
            webhooks = WebhookQueue(configuration.webhookPolicy)
            endpoints = configuration.webhookEndpoints
        }

        /// Takes a call in: authentication, limits, form, faults and its idempotency key.
        mutating func begin(_ call: Call, at now: SimulatedTime) -> Visit {
            world.advance(to: now)
            let requestID = world.identifiers.next("req_")
            let route = Route(call.verb, call.path)
            let form = Self.form(of: call)
            let number = note(call, route, form)
            var faults: [CallFault] = []
            var stage: Visit.Stage
            do throws(Failure) {
                try authenticate(call)
                try limitRate(at: now)
                guard let route else { throw .unrecognizedURL(call) }
                faults = callFaults.strike(route.operation.rawValue) { name in
                    form?.first { $0.name == name }?.value
                }
                try Self.checkVersion(call)
                stage = try claim(call, route, form, requestID, at: now)
            } catch {
                stage = .answered(reply(error, requestID))
            }
            return Visit(
                delay: configuration.latency + faults.reduce(.zero) { $0 + $1.delay },
                requestID: requestID,
                idempotencyKey: call.verb == .post ? call.idempotencyKey : nil,
                number: number,
                stage: stage,
                faults: faults
            )
        }

        /// Makes the call's effect, unless a fault prevents it.
        mutating func finish(_ visit: Visit, at now: SimulatedTime) -> Delivery {
            world.advance(to: now)
            let reply = reply(to: visit)
            let delivery = visit.faults.lazy.compactMap { $0.delivery(of: reply) }.first
            journal.update(visit.number) { entry in
                entry.status = reply.status
                entry.isReplay = reply.isReplay
                entry.faults = visit.faults
            }
            return delivery ?? .whole(reply)
        }

        private mutating func reply(to visit: Visit) -> Reply {
            let refusal = visit.faults.lazy.compactMap(\.refusal).first
            let instead = refusal.map { reply($0.failure, visit.requestID) }
            switch visit.stage {
            case .answered(let reply):
                return instead ?? reply
            case .ready(let route, let parameters, let key):
                guard visit.faults.allSatisfy(\.letsEffectHappen) else {
                    if let key { keys.free(key) }
                    return instead ?? .nothing
                }
                let (reply, isKept) = run(route, parameters, visit)
                if let key {
                    if isKept {
                        keys.keep(refusal?.isKept == true ? instead ?? reply : reply, for: key)
                    } else {
                        keys.free(key)
                    }
                }
                return instead ?? reply
            }
        }

        /// - Returns: the answer, and whether the endpoint began, so that its result is kept.
        private mutating func run(
            _ route: Route,
            _ parameters: Parameters,
            _ visit: Visit
        ) -> (Reply, isKept: Bool) {
            world.origin = Event.Origin(
                requestID: visit.requestID,
                idempotencyKey: visit.idempotencyKey
            )
            defer { world.origin = nil }
            do throws(Failure) {
                let body = try world.execute(route, parameters)
                return (Reply(status: 200, requestID: visit.requestID, body: body), true)
            } catch {
                return (reply(error, visit.requestID), !error.beforeExecution)
            }
        }

        private func reply(_ failure: Failure, _ requestID: String) -> Reply {
            var reply = Reply(
                status: failure.status,
                requestID: requestID,
                body: world.render(failure, requestID: requestID)
            )
            if let hint = failure.retryHint {
                reply.fields.append("Stripe-Should-Retry", "\(hint)")
            }
            if failure.code == "rate_limit" {
                reply.fields.append("Stripe-Rate-Limited-Reason", "global-rate")
            }
            return reply
        }
    }
}

// Before the endpoint.
extension Stripe.Machine {
    private func authenticate(_ call: Stripe.Call) throws(Stripe.Failure) {
        guard let authorization = call.authorization else {
            throw .unauthenticated(
                "You did not provide an API key. You need to provide your API key in the "
                    + "Authorization header, using Bearer auth."
            )
        }
        guard let key = Stripe.secretKey(in: authorization), configuration.accepts(key) else {
            throw .unauthenticated("Invalid API Key provided.")
        }
    }

    private mutating func limitRate(at now: SimulatedTime) throws(Stripe.Failure) {
        guard let limit = configuration.callsPerSecond else { return }
        if now.seconds != currentSecond {
            currentSecond = now.seconds
            callsInSecond = 0
        }
        callsInSecond += 1
        guard callsInSecond <= limit else { throw .rateLimited }
    }

    private static func checkVersion(_ call: Stripe.Call) throws(Stripe.Failure) {
        guard let version = call.version else { return }
        let date = version.prefix { $0 != "." }.split(separator: "-")
        guard date.map(\.count) == [4, 2, 2], date.allSatisfy({ $0.allSatisfy(\.isNumber) }) else {
            throw Stripe.Failure(
                status: 400,
                kind: .invalidRequest,
                message: "Invalid Stripe API version: \(version)",
                beforeExecution: true
            )
        }
    }

    /// The decoded parameters; nil when they cannot be read.
    private static func form(of call: Stripe.Call) -> [(name: String, value: String)]? {
        var pairs: [(name: String, value: String)] = []
        if !call.query.isEmpty {
            guard let items = QueryItems(call.query, maximumCount: 200) else { return nil }
            pairs += items.all.map { ($0.name, $0.value) }
        }
        if !call.body.isEmpty {
            let type = call.contentType ?? ""
            guard type.hasPrefix("application/x-www-form-urlencoded"),
                let items = QueryItems(form: call.body)
            else { return nil }
            pairs += items.all.map { ($0.name, $0.value) }
        }
        return pairs
    }

    private mutating func claim(
        _ call: Stripe.Call,
        _ route: Stripe.Route,
        _ form: [(name: String, value: String)]?,
        _ requestID: String,
        at now: SimulatedTime
    ) throws(Stripe.Failure) -> Visit.Stage {
        guard let form else { throw .unreadableForm }
        let parameters = try Stripe.Parameters(form)
        guard call.verb == .post, let key = call.idempotencyKey else {
            return .ready(route, parameters, key: nil)
        }
        guard (1...255).contains(key.count) else {
            throw Stripe.Failure(
                status: 400,
                kind: .invalidRequest,
                message: "Idempotency keys must be between 1 and 255 characters long.",
                beforeExecution: true
            )
        }
        switch keys.claim(key, Stripe.Fingerprint(call, form), at: now) {
        case .first: return .ready(route, parameters, key: key)
        case .replay(let reply): return .answered(reply.replayed(as: requestID))
        case .refused(let failure): throw failure
        }
    }

    private mutating func note(
        _ call: Stripe.Call,
        _ route: Stripe.Route?,
        _ form: [(name: String, value: String)]?
    ) -> Int {
        journal.add { number in
            Journal.Entry(
                number: number,
                at: world.now,
                method: call.verb.rawValue,
                path: call.path,
                operation: route?.operation.rawValue,
                idempotencyKey: call.idempotencyKey,
                form: form ?? []
            )
        }
    }
}
