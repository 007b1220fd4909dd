internal import HTTP
internal import HTTPClient
internal import HTTPServer
internal import Reactor
internal import Synchronization

/// A simulator's life on a loop: it listens, lets due things happen, and sends webhooks.
final class SimulatorService<Vendor: SimulatedVendor>: @unchecked Sendable {
    // Safe because: touched only on its loop, except `port` and `lookAgain`.

    let port: UInt16
    private unowned let simulator: Simulator<Vendor>
    private let loop: EventLoop
    private let server: HTTPServer
    private let client: HTTPClient
    private var alarm: Timer?
    private var isStopped = false

    private static var sendOptions: HTTPSendOptions {
        HTTPSendOptions(
            connectTimeout: .seconds(5),
            totalTimeout: .seconds(10),
            maximumResponseBytes: 64 << 10
        )
    }

    init(_ simulator: Simulator<Vendor>, on loop: EventLoop) throws {
        self.simulator = simulator
        self.loop = loop
        let configuration = simulator.configuration
        var clientConfiguration = HTTPClientConfiguration()
        clientConfiguration.proxy = .none
        client = try HTTPClient(loop: loop, configuration: clientConfiguration)
        guard let address = SocketAddress(configuration.host, port: configuration.port) else {
            throw ControlRefusal("\(configuration.host) is no numeric address.")
        }
        server = HTTPServer(
            loop: loop,
            configuration: configuration.serverConfiguration(at: address),
            handler: SimulatorHandler(simulator, on: loop)
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

    private func send(_ posting: SimulatorMachine<Vendor>.Posting) async {
        var response: HTTPResponse?
        do throws(HTTPTransportError) {
            response = try await client.send(posting.request, options: Self.sendOptions)
        } catch {
            // Whether it arrived or not: the vendor only knows that nobody took it.
        }
        simulator.finished(posting, with: response)
    }
}

extension SimulatorConfiguration {
    /// Generous limits: the simulator is not what is being tested.
    fileprivate func serverConfiguration(at address: SocketAddress) -> HTTPServerConfiguration {
        var configuration = HTTPServerConfiguration(address: address)
        configuration.maximumBodyBytes = 4 << 20
        configuration.maximumHeaderBytes = 64 << 10
        configuration.idleTimeout = .seconds(300)
        configuration.tls = tls
        return configuration
    }
}

extension Simulator {
    /// What to do now, and how long to rest then.
    struct Upcoming: Sendable {
        let postings: [SimulatorMachine<Vendor>.Posting]
        let wait: Duration?
    }

    func takeWork() -> Upcoming {
        state.withLock { state in
            state.machine.vendor.advance(to: state.clock.now)
            let now = state.clock.realNow
            state.machine.queueEvents(at: now)
            let postings = state.machine.takePostings(at: now, unixTime: WallClock.unixTime)
            var wait = state.machine.vendor.nextDue.map { state.clock.wait(until: $0) }
            if let due = state.machine.webhooks.nextDue {
                let pause = Duration.milliseconds(max(0, due.milliseconds - now.milliseconds) + 1)
                wait = min(wait ?? pause, pause)
            }
            return Upcoming(postings: postings, wait: wait)
        }
    }

    func finished(_ posting: SimulatorMachine<Vendor>.Posting, with response: HTTPResponse?) {
        change { state in
            let now = state.clock.realNow
            state.machine.finished(posting, with: response, at: now)
        }
    }

    func begin(_ call: SimulatedCall) -> SimulatorMachine<Vendor>.Visit {
        state.withLock { $0.machine.begin(call, at: $0.clock.now) }
    }

    func finish(_ visit: SimulatorMachine<Vendor>.Visit) -> ReplyDelivery {
        change { $0.machine.finish(visit, at: $0.clock.now) }
    }
}
