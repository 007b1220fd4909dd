internal import Cryptography
internal import HTTP
internal import JSON

extension PayPal {
    /// PayPal behind its interface: who calls, what is kept under a key, what goes out.
    package struct Vendor: SimulatedVendor {
        package struct Work: Sendable {
            let request: Request
            /// Under which the result is kept.
            let storageKey: String?
            let isWhole: Bool
            let debugID: String
        }

        package static let name = "paypal"
        /// 25 tries in about 3 days.
        package static let webhookPolicy = WebhookQueue.Policy(
            waits: (0..<24).map { .seconds(min(2 << $0, 6 * 3_600)) }
        )

        var world: World
        private var keys: KeyedResults<Void, Resource>

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

        package var endpoints: [Endpoint] {
            get { world.endpoints }
            set { world.endpoints = newValue }
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

        /// Certificates are read by anybody.
        package static func isCall(_ path: String) -> Bool {
            ["/v1/", "/v2/", "/v3/"].contains { path.hasPrefix($0) }
                && !path.hasPrefix(Transmission.certificates)
        }
    }
}

// Calls.
extension PayPal.Vendor {
    package mutating func begin(_ call: SimulatedCall) -> BegunCall<Work> {
        let debugID = world.identifiers.next(digits: 13, of: .hexadecimal)
        let key = call.fields["PayPal-Request-Id"]
        guard let route = PayPal.Route(call.method, call.path) else {
            return BegunCall(
                operation: nil,
                .refused(reply(.unknownResource, debugID))
            )
        }
        var parameters = route.id.isEmpty ? [] : [(name: "id", value: route.id)]
        let stage: BegunCall<Work>.Stage
        do throws(PayPal.Failure) {
            if route.operation == .issueToken {
                stage = issueToken(call)
            } else {
                try authenticate(call)
                let (query, body) = try Self.read(call)
                parameters += query.all.map { ($0.name, $0.value) } + body.parameters
                let request = PayPal.Request(
                    route: route,
                    query: query,
                    body: body,
                    bytes: call.body,
                    key: key
                )
                stage = admit(call, request, debugID)
            }
        } catch {
            stage = .refused(reply(error, debugID))
        }
        return BegunCall(
            operation: route.operation.rawValue,
            parameters: parameters,
            idempotencyKey: key,
            stage
        )
    }

    /// Errors that were asked for, and what the call's key already stands for.
    private mutating func admit(
        _ call: SimulatedCall,
        _ request: PayPal.Request,
        _ debugID: String
    ) -> BegunCall<Work>.Stage {
        let isWhole = call.fields["Prefer"] == "return=representation"
        let operation = request.route.operation
        do throws(PayPal.Failure) {
            if let issue = try Self.mockedIssue(call) { throw .issue(issue) }
            var storageKey: String?
            if let lifetime = operation.keyLifetime {
                if let key = request.key {
                    guard (1...108).contains(key.count) else {
                        throw .issue("INVALID_STRING_LENGTH")
                    }
                    // Keys are per call type.
                    let name = "\(operation.rawValue) \(key)"
                    storageKey = name
                    switch keys.claim(name, at: world.now, lifetime: lifetime) {
                    case .first: break
                    case .running: throw .issue("PREVIOUS_REQUEST_IN_PROGRESS")
                    case .known(_, let resource):
                        var reply = self.reply(resource, isNew: false, isWhole, debugID)
                        reply.isReplay = true
                        return .answered(reply)
                    }
                } else if operation.needsKey {
                    throw .issue("PAYPAL_REQUEST_ID_REQUIRED")
                }
            }
            let work = Work(
                request: request,
                storageKey: storageKey,
                isWhole: isWhole || operation == .getOrder,
                debugID: debugID
            )
            return .ready(work)
        } catch {
            return .answered(reply(error, debugID))
        }
    }

    /// A refusal is not kept: a repeat runs again. Nor is what a fault wants kept: a repeat shows
    /// the resource as it then is.
    package mutating func perform(
        _ work: Work,
        answering replacement: SimulatedReply?
    ) -> SimulatedReply {
        world.key = work.request.key
        defer { world.key = nil }
        if work.request.route.operation == .issueToken { return accessToken() }
        do throws(PayPal.Failure) {
            let (resource, isNew) = try world.execute(work.request)
            if let key = work.storageKey { keys.keep(resource, for: key) }
            let shows = work.request.query["fields"] == "payment_source"
            return reply(resource, isNew: isNew, work.isWhole, work.debugID, shows)
        } catch {
            abandon(work)
            return reply(error, work.debugID)
        }
    }

    package mutating func abandon(_ work: Work) {
        if let key = work.storageKey { keys.free(key) }
    }

    package mutating func refuse(_ refusal: FaultRefusal) -> SimulatedReply {
        let failure: PayPal.Failure =
            switch refusal {
            case .rateLimit: .rateLimited
            case .lockTimeout: .issue("PREVIOUS_REQUEST_IN_PROGRESS")
            case .status(let status, _): .ordered(status)
            case .code(let code):
                PayPal.Issue(code).map { .issue($0) } ?? .ordered(500)
            }
        return reply(failure, world.identifiers.next(digits: 13, of: .hexadecimal))
    }

    // MARK: Answers

    private func reply(
        _ resource: PayPal.Resource,
        isNew: Bool,
        _ isWhole: Bool,
        _ debugID: String,
        _ showsAuthentication: Bool = false
    ) -> SimulatedReply {
        var status = isNew ? 201 : 200
        if case .nothing(let code) = resource { status = code }
        let body = world.render(
            resource,
            isWhole: isWhole,
            showsAuthentication: showsAuthentication
        )
        if case .voided = resource, body == nil { status = 204 }
        return Self.reply(status, debugID, body)
    }

    private func reply(_ failure: PayPal.Failure, _ debugID: String) -> SimulatedReply {
        var writer = JSONWriter(capacity: 512)
        failure.write(debugID: debugID, to: &writer)
        return Self.reply(failure.status, debugID, writer.bytes)
    }

    static func reply(_ status: Int, _ debugID: String, _ body: [UInt8]?) -> SimulatedReply {
        var reply = SimulatedReply(status: status, fields: ["Paypal-Debug-Id": debugID])
        guard let body else { return reply }
        reply.fields.append(.contentType, "application/json")
        reply.body = body
        return reply
    }
}

// Before the endpoint.
extension PayPal.Vendor {
    private static func read(
        _ call: SimulatedCall
    ) throws(PayPal.Failure) -> (QueryItems, JSONValue) {
        guard let query = QueryItems(call.query) else { throw .issue("INVALID_PARAMETER_SYNTAX") }
        guard !call.body.isEmpty else { return (query, [:]) }
        guard call.fields[.contentType]?.hasPrefix("application/json") == true else {
            throw .unsupportedMediaType
        }
        do throws(JSONError) {
            return (query, try JSONValue.parse(call.body))
        } catch {
            throw .issue("MALFORMED_REQUEST_JSON")
        }
    }

    /// The sandbox's negative tests (section 4).
    private static func mockedIssue(
        _ call: SimulatedCall
    ) throws(PayPal.Failure) -> PayPal.Issue? {
        guard let text = call.fields["PayPal-Mock-Response"] else { return nil }
        let json = (try? JSONValue.parse(text)) ?? .null
        guard let code = json["mock_application_codes"]?.stringValue,
            let issue = PayPal.Issue(code)
        else { throw .issue("INVALID_PARAMETER_VALUE") }
        return issue
    }
}
