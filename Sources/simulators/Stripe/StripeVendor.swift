internal import HTTP

extension Stripe {
    /// Stripe behind its interface: who calls, what is kept under a key, what goes out.
    package struct Vendor: SimulatedVendor {
        package struct Work: Sendable {
            let route: Route
            let parameters: Parameters
            let requestID: String
            let idempotencyKey: String?
        }

        package static let name = "stripe"
        package static let webhookPolicy = WebhookQueue.Policy.doubling(
            from: .seconds(1),
            tries: 12
        )

        let settings: Settings
        var world: World
        var keys: IdempotencyKeys
        package var endpoints: [Endpoint] = []

        package init(_ configuration: SimulatorConfiguration<Vendor>, publicURL: String) {
            settings = configuration.settings
            world = World(
                World.Settings(
                    seed: configuration.seed,
                    publicURL: publicURL,
                    searchLag: settings.searchLag,
                    retainedPayments: configuration.retainedPayments
                )
            )
            keys = IdempotencyKeys(limit: configuration.retainedPayments.map { $0 * 2 })
        }

        package var publicURL: String {
            get { world.settings.publicURL }
            set { world.settings.publicURL = newValue }
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

        package static func isCall(_ path: String) -> Bool { path.hasPrefix("/v1/") }
    }
}

// Calls.
extension Stripe.Vendor {
    package mutating func begin(_ call: SimulatedCall) -> BegunCall<Work> {
        let requestID = world.identifiers.next("req_")
        let route = Stripe.Route(call.method, call.path)
        let form = Self.form(of: call)
        let stage: BegunCall<Work>.Stage
        do throws(Stripe.Failure) {
            try authenticate(call)
            guard let route else { throw .unrecognizedURL(call) }
            stage = claim(call, route, form, requestID)
        } catch {
            stage = .refused(reply(error, requestID))
        }
        return BegunCall(
            operation: route?.operation.rawValue,
            parameters: form ?? [],
            idempotencyKey: call.fields[.idempotencyKey],
            stage
        )
    }

    package mutating func perform(
        _ work: Work,
        answering replacement: SimulatedReply?
    ) -> SimulatedReply {
        let (reply, isKept) = run(work)
        if let key = work.idempotencyKey {
            if isKept {
                keys.keep(replacement ?? reply, for: key)
            } else {
                keys.free(key)
            }
        }
        return reply
    }

    package mutating func abandon(_ work: Work) {
        if let key = work.idempotencyKey { keys.free(key) }
    }

    package mutating func refuse(_ refusal: FaultRefusal) -> SimulatedReply {
        let failure: Stripe.Failure =
            switch refusal {
            case .rateLimit: .rateLimited
            case .lockTimeout: .lockTimeout
            case .status(let status, let retryHint): .ordered(status, retryHint)
            case .code(let code): .refused("As ordered.", code: code)
            }
        return reply(failure, world.identifiers.next("req_"))
    }

    /// - Returns: the answer, and whether the endpoint began, so that its result is kept.
    private mutating func run(_ work: Work) -> (SimulatedReply, isKept: Bool) {
        world.origin = Stripe.Event.Origin(
            requestID: work.requestID,
            idempotencyKey: work.idempotencyKey
        )
        defer { world.origin = nil }
        do throws(Stripe.Failure) {
            let body = try world.execute(work.route, work.parameters)
            return (.stripe(status: 200, requestID: work.requestID, body: body), true)
        } catch {
            return (reply(error, work.requestID), !error.beforeExecution)
        }
    }

    private func reply(_ failure: Stripe.Failure, _ requestID: String) -> SimulatedReply {
        var reply = SimulatedReply.stripe(
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

// Before the endpoint.
extension Stripe.Vendor {
    private func authenticate(_ call: SimulatedCall) throws(Stripe.Failure) {
        guard let authorization = call.fields[.authorization] else {
            throw .unauthenticated(
                "You did not provide an API key. You need to provide your API key in the "
                    + "Authorization header, using Bearer auth."
            )
        }
        guard let key = Stripe.secretKey(in: authorization), settings.accepts(key) else {
            throw .unauthenticated("Invalid API Key provided.")
        }
    }

    private mutating func claim(
        _ call: SimulatedCall,
        _ route: Stripe.Route,
        _ form: [(name: String, value: String)]?,
        _ requestID: String
    ) -> BegunCall<Work>.Stage {
        do throws(Stripe.Failure) {
            try Self.checkVersion(call)
            guard let form else { throw .unreadableForm }
            let parameters = try Stripe.Parameters(form)
            let key = call.method == .post ? call.fields[.idempotencyKey] : nil
            if let key {
                try Self.checkKey(key)
                if let reply = try claim(key, Stripe.Fingerprint(call, form)) {
                    return .answered(reply.replayed(as: requestID))
                }
            }
            return .ready(
                Work(
                    route: route,
                    parameters: parameters,
                    requestID: requestID,
                    idempotencyKey: key
                )
            )
        } catch {
            return .answered(reply(error, requestID))
        }
    }

    /// - Returns: the result of the first call under this key; nil when this is the first.
    private mutating func claim(
        _ key: String,
        _ fingerprint: Stripe.Fingerprint
    ) throws(Stripe.Failure) -> SimulatedReply? {
        let day = Duration.seconds(24 * 3_600)
        switch keys.claim(key, fingerprint, at: world.now, lifetime: day) {
        case .first: return nil
        case .running(fingerprint): throw .keyInUse
        case .known(fingerprint, let reply): return reply
        case .running, .known: throw .otherParameters
        }
    }

    private static func checkVersion(_ call: SimulatedCall) throws(Stripe.Failure) {
        guard let version = call.fields["Stripe-Version"] else { return }
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

    private static func checkKey(_ key: String) throws(Stripe.Failure) {
        guard (1...255).contains(key.count) else {
            throw Stripe.Failure(
                status: 400,
                kind: .invalidRequest,
                message: "Idempotency keys must be between 1 and 255 characters long.",
                beforeExecution: true
            )
        }
    }

    /// The decoded parameters; nil when they cannot be read.
    private static func form(of call: SimulatedCall) -> [(name: String, value: String)]? {
        var pairs: [(name: String, value: String)] = []
        if !call.query.isEmpty {
            guard let items = QueryItems(call.query, maximumCount: 200) else { return nil }
            pairs += items.all.map { ($0.name, $0.value) }
        }
        if !call.body.isEmpty {
            let type = call.fields[.contentType] ?? ""
            guard type.hasPrefix(FormEncoder.contentType), let items = QueryItems(form: call.body)
            else { return nil }
            pairs += items.all.map { ($0.name, $0.value) }
        }
        return pairs
    }
}
