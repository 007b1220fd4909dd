internal import HTTP
internal import HTTPClient
internal import HTTPServer
internal import Reactor
internal import Synchronization

/// A simulator's life on a loop: it listens, lets due things happen, and sends webhooks.
final class StripeService: @unchecked Sendable {
    // Safe because: touched only on its loop, except `port` and `lookAgain`.

    let port: UInt16
    private unowned let simulator: StripeSimulator
    private let loop: EventLoop
    private let server: HTTPServer
    private let client: HTTPClient
    private var alarm: Timer?
    private var isStopped = false

    private static let sendOptions = HTTPSendOptions(
        connectTimeout: .seconds(5),
        totalTimeout: .seconds(10),
        maximumResponseBytes: 64 << 10
    )

    init(_ simulator: StripeSimulator, on loop: EventLoop) throws {
        self.simulator = simulator
        self.loop = loop
        let configuration = simulator.configuration
        var clientConfiguration = HTTPClientConfiguration()
        clientConfiguration.proxy = .none
        client = try HTTPClient(loop: loop, configuration: clientConfiguration)
        guard let address = SocketAddress(configuration.host, port: configuration.port) else {
            throw StripeSimulator.Refusal(message: "\(configuration.host) is no numeric address.")
        }
        server = HTTPServer(
            loop: loop,
            configuration: configuration.serverConfiguration(at: address),
            handler: StripeHandler(simulator, on: loop)
        )
        port = try server.listen().port
        alarm = loop.makeTimer { [unowned self] in look() }
        look()
    }

    func stop() async {
        await loop.spawn { [self] in
            isStopped = true
            alarm?.cancel()
            await server.drain(within: .seconds(1))
            client.close()
        }.value
    }

    /// Something has changed; from any thread.
    func lookAgain() {
        if loop.isCurrent { look() } else { loop.execute { [self] in look() } }
    }

    /// Sends what is due and sets the alarm for what comes next.
    private func look() {
        guard !isStopped else { return }
        let work = simulator.takeWork()
        for posting in work.postings {
            loop.spawn { [self] in await send(posting) }
        }
        guard let wait = work.wait else { return }
        let deadline = loop.now.advanced(by: wait)
        if let alarm, !alarm.isPending || deadline < alarm.deadline {
            alarm.schedule(at: deadline)
        }
    }

    private func send(_ posting: Stripe.Machine.Posting) async {
        let request = HTTPRequest(
            method: .post,
            url: posting.url,
            fields: [
                .contentType: "application/json; charset=utf-8",
                .userAgent: "Stripe/1.0",
                "Stripe-Signature": posting.signature,
            ],
            body: posting.body
        )
        var isAccepted = false
        do throws(HTTPTransportError) {
            let response = try await client.send(request, options: Self.sendOptions)
            isAccepted = response.status.isSuccess
        } catch {
            // Whether it arrived or not: the vendor only knows that nobody took it.
        }
        simulator.finished(posting, isAccepted: isAccepted)
        look()
    }
}

extension StripeSimulator {
    /// What to do now, and how long to rest then.
    struct Work: Sendable {
        let postings: [Stripe.Machine.Posting]
        let wait: Duration?
    }

    func takeWork() -> Work {
        state.withLock { state in
            state.machine.world.advance(to: state.clock.now)
            let now = state.clock.realNow
            state.machine.queueEvents(at: now)
            let postings = state.machine.takePostings(at: now, unixTime: WallClock.unixTime)
            var wait = state.machine.world.agenda.nextDue.map { state.clock.wait(until: $0) }
            if let due = state.machine.webhooks.nextDue {
                let pause = Duration.milliseconds(max(0, due.milliseconds - now.milliseconds) + 1)
                wait = min(wait ?? pause, pause)
            }
            return Work(postings: postings, wait: wait)
        }
    }

    func finished(_ posting: Stripe.Machine.Posting, isAccepted: Bool) {
        state.withLock { state in
            let now = state.clock.realNow
            state.machine.finished(posting, isAccepted: isAccepted, at: now)
        }
    }

    func begin(_ call: Stripe.Call) -> Stripe.Machine.Visit {
        state.withLock { $0.machine.begin(call, at: $0.clock.now) }
    }

    func finish(_ visit: Stripe.Machine.Visit) -> Stripe.Machine.Delivery {
        change { $0.machine.finish(visit, at: $0.clock.now) }
    }
}
