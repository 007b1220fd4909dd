import HTTP
import PaymentCore

/// The line to one vendor: sends what a conversation asks, within one deadline for the whole of
/// it, and says what a missing answer means.
struct VendorLine: Sendable {
    private let transport: any HTTPTransport
    private let timeout: Duration
    private let memory: VendorMemory
    private let now: @Sendable () -> ContinuousClock.Instant
    private let sleep: @Sendable (Duration) async -> Void

    init(
        transport: any HTTPTransport,
        timeout: Duration,
        memory: VendorMemory,
        now: @escaping @Sendable () -> ContinuousClock.Instant,
        sleep: @escaping @Sendable (Duration) async -> Void
    ) {
        self.transport = transport
        self.timeout = timeout
        self.memory = memory
        self.now = now
        self.sleep = sleep
    }

    /// Bytes of a reply's body; the largest that a vendor sends is a page of a list.
    static let maximumReplyBytes = 1 << 20
    /// Requests of one conversation; no vendor needs as many.
    private static let maximumSteps = 24

    /// Asks until the dialect has heard enough.
    func converse<Outcome: CallOutcome>(
        since started: ContinuousClock.Instant,
        token source: AccessTokenSource?,
        _ step: ([HTTPResponse]) throws(VendorRejection) -> VendorStep<Outcome>
    ) async -> Outcome {
        let deadline = started + timeout
        var answers: [HTTPResponse] = []
        var worst = RequestEffect.none
        while answers.count < Self.maximumSteps {
            let request: HTTPRequest
            let effect: RequestEffect
            var pause = Duration.zero
            do throws(VendorRejection) {
                switch try step(answers) {
                case .finished(let outcome): return outcome
                case .ask(let next, let its): (request, effect) = (next, its)
                case .askLater(let wait, let next, let its):
                    (pause, request, effect) = (wait, next, its)
                }
            } catch {
                return worst == .none ? .rejected(error) : worst.missing(.vendorError)
            }
            if pause > .zero { await sleep(pause) }
            do throws(Silence) {
                answers.append(
                    try await send(
                        request,
                        source,
                        answers.isEmpty && source == nil ? nil : deadline
                    )
                )
                worst = worst.joined(effect)
            } catch {
                if effect == .addition {
                    answers.append(HTTPResponse(status: .gatewayTimeout))
                    continue
                }
                switch error {
                case .refused(let rejection) where worst == .none: return .rejected(rejection)
                case .refused: return worst.missing(.vendorError)
                case .notSent: return worst.missing(.connectionLost)
                case .lost(let why): return worst.joined(effect).missing(why)
                }
            }
        }
        return worst.missing(.unrecognizedStatus)
    }

    /// What a vendor may take to answer while its own notification waits for us.
    private static let readTimeout = Duration.seconds(5)

    /// The answer to a request that changes nothing; nil when there is none.
    func read(
        _ request: HTTPRequest,
        token source: AccessTokenSource?,
        isCacheable: Bool
    ) async -> HTTPResponse? {
        if isCacheable, let known = memory.document(request.url, at: now()) { return known }
        do throws(Silence) {
            let answer = try await send(
                request,
                isCacheable ? nil : source,
                now() + min(timeout, Self.readTimeout)
            )
            if isCacheable, answer.status.code == 200 {
                memory.keep(answer, as: request.url, at: now())
            }
            return answer
        } catch {
            return nil
        }
    }

    /// Why there is no answer.
    private enum Silence: Error {
        case refused(VendorRejection)
        case notSent
        case lost(UnknownReason)
    }

    /// Sends with the account's access token when the vendor wants one.
    private func send(
        _ request: HTTPRequest,
        _ source: AccessTokenSource?,
        _ deadline: ContinuousClock.Instant?
    ) async throws(Silence) -> HTTPResponse {
        guard let source else { return try await sendOnce(request, deadline) }
        return try await send(request, authorizedBy: source, deadline)
    }

    /// Sends once more with a fresh token when the one we have is not accepted any more: a 401 has
    /// done nothing. Never inlined, or calls without a token would keep room for it while waiting.
    @inline(never)
    private func send(
        _ request: HTTPRequest,
        authorizedBy source: AccessTokenSource,
        _ deadline: ContinuousClock.Instant?
    ) async throws(Silence) -> HTTPResponse {
        let token = try await accessToken(from: source, deadline)
        let answer = try await sendOnce(request.authorized(by: token), deadline)
        guard answer.status.code == 401 else { return answer }
        memory.forget(token, of: source.scope)
        let fresh = try await accessToken(from: source, deadline)
        return try await sendOnce(request.authorized(by: fresh), deadline)
    }

    private func sendOnce(
        _ request: HTTPRequest,
        _ deadline: ContinuousClock.Instant?
    ) async throws(Silence) -> HTTPResponse {
        let left = deadline.map { now().duration(to: $0) } ?? timeout
        guard left > .zero else { throw .notSent }
        let options = HTTPSendOptions(
            // A peer that does not even connect leaves most of the call's time to say so.
            connectTimeout: min(.seconds(5), left / 2),
            totalTimeout: left,
            maximumResponseBytes: Self.maximumReplyBytes
        )
        do throws(HTTPTransportError) {
            return try await transport.send(request, options: options)
        } catch {
            switch (error.code, error.requestMayHaveReachedPeer) {
            case (.invalidRequest, false):
                throw .refused(
                    VendorRejection(.invalidRequest, code: "unsendable", message: error.message)
                )
            // Only "no byte can have reached the peer" is a "no".
            case (_, false): throw .notSent
            case (.timeout, true): throw .lost(.timeout)
            case (.cancelled, true): throw .lost(.interrupted)
            case (.tooLarge, true), (.invalidResponse, true): throw .lost(.unreadableReply)
            case (.connect, true), (.tls, true), (.closed, true), (.invalidRequest, true):
                throw .lost(.connectionLost)
            }
        }
    }

    @inline(never)
    private func accessToken(
        from source: AccessTokenSource,
        _ deadline: ContinuousClock.Instant?
    ) async throws(Silence) -> VendorToken {
        while true {
            switch await memory.token(of: source.scope, at: now()) {
            case .held(let token): return token
            case .missing:
                let answer: AccessTokenAnswer
                do throws(Silence) {
                    answer = source.read(try await sendOnce(source.request, deadline))
                } catch {
                    memory.fail(source.scope)
                    // A token moves no money, however its request ended.
                    if case .refused = error { throw error }
                    throw .notSent
                }
                switch answer {
                case .granted(let token, let lifetime):
                    memory.keep(token, of: source.scope, until: now() + lifetime)
                    return token
                case .refused(let rejection):
                    memory.fail(source.scope)
                    throw .refused(rejection)
                case .unavailable:
                    memory.fail(source.scope)
                    throw .notSent
                }
            }
        }
    }
}

extension RequestEffect {
    fileprivate func joined(_ other: RequestEffect) -> RequestEffect {
        switch (self, other) {
        case (.movesMoney, _), (_, .movesMoney): .movesMoney
        case (.opensPage, _), (_, .opensPage): .opensPage
        case (.none, _), (.addition, _): .none
        }
    }

    /// What is known when the next answer does not come.
    fileprivate func missing<Outcome: CallOutcome>(_ why: UnknownReason) -> Outcome {
        switch self {
        case .none, .addition: .notDone(.unreachable)
        case .movesMoney: .unknown(why)
        case .opensPage: .abandoned(why)
        }
    }
}

extension HTTPRequest {
    fileprivate func authorized(by token: VendorToken) -> HTTPRequest {
        var request = self
        request.fields.removeAll(.authorization)
        request.fields.append(.authorization, "Bearer \(token.value)")
        return request
    }
}
