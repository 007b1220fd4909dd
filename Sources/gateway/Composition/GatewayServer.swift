import Cryptography
import Foundation
import HTTPClient
import HTTPServer
import Logging
import Observability
import PaymentAPI
import PaymentCore
import Postgres
import Reactor
import Synchronization

/// The serving process: on every loop the same services, a listener on the shared port, and a
/// worker. Started in order of dependence, stopped in reverse.
final class GatewayServer: Sendable {
    private struct Lane: Sendable {
        let services: Services
        let server: HTTPServer?
        let worker: Worker?
        let work: Task<Void, Never>?
        /// In the first lane alone.
        let watch: HealthWatch?
        let watching: Task<Void, Never>?
        /// In the first lane alone: serves those who watch the process, until its end.
        let probes: HTTPServer?

        init(
            _ services: Services,
            _ server: HTTPServer?,
            _ worker: Worker?,
            _ watch: HealthWatch?,
            _ probes: HTTPServer?
        ) {
            self.services = services
            self.server = server
            self.probes = probes
            self.worker = worker
            self.watch = watch
            let loop = services.loop
            // All that it starts inherits the priority.
            work = worker.map { worker in loop.spawn(priority: .utility) { await worker.run() } }
            watching = watch.map { watch in loop.spawn { await watch.run() } }
        }
    }

    private let runtime: Runtime
    private let roles: Set<Role>
    private let metrics: ServiceMetrics
    private let logger = Logger(label: "gateway")
    private let started = ContinuousClock.now
    private let state = Mutex<[Lane]>([])

    init(_ configuration: Configuration, roles: Set<Role>, metrics: ServiceMetrics) throws {
        self.roles = roles
        self.metrics = metrics
        runtime = try Runtime(configuration, loops: configuration.loops, roles: roles)
    }

    private var listens: Bool { roles.contains(.api) || roles.contains(.webhooks) }

    func start() async throws {
        var configuration = try runtime.configuration.server()
        configuration.isPortShared = runtime.loops.count > 1
        if listens {
            DescriptorBudget(runtime.configuration).apply(to: &configuration, logger)
            // Loops share their port, and would share it with another installation of the same user.
            let address = configuration.address
            try runtime.configuration.listening(on: address) { () throws(SystemError) in
                try ListeningSocket.requireFree(address)
            }
        }
        var port: UInt16?
        for loop in runtime.loops {
            if let port { configuration.address = try runtime.configuration.address(port: port) }
            let isFirst = loop === runtime.loops.first
            let lane = try await start(loop, configuration, watchesHealth: isFirst)
            port = lane.1 ?? port
            state.withLock { $0.append(lane.0) }
        }
        let time = ContinuousClock.now - started
        logger.notice(
            "the gateway serves",
            metadata: [
                "address": "\(runtime.configuration.host):\(port ?? 0)",
                "roles": "\(roles.map(\.rawValue).sorted().joined(separator: ","))",
                "start_ms": "\(time.microseconds / 1_000)",
            ]
        )
    }

    private func start(
        _ loop: EventLoop,
        _ configuration: HTTPServerConfiguration,
        watchesHealth: Bool
    ) async throws -> (Lane, UInt16?) {
        let shared = runtime.shared
        let roles = roles
        let metrics = metrics
        let logger = logger
        let settings = runtime.configuration
        let listens = listens
        // The first loop's alone: one process has one of each.
        let probing = watchesHealth ? try settings.probes(isBeside: listens) : nil
        let rooms = watchesHealth && listens ? [configuration] : []
        return try await loop.submit {
            let services = try Services.make(on: loop, shared)
            try await DatabaseWait(
                loop: loop,
                rooms: rooms + (probing.map { [$0] } ?? []),
                settings: settings,
                api: shared.api.configuration,
                logger: logger
            ).until {
                try await services.pool.warmUp()
                if watchesHealth {
                    try await services.followClock()
                    try await services.requireKeys()
                }
            }
            let worker =
                roles.contains(.worker)
                ? try Worker(services: services, configuration: settings, logger: logger) : nil
            if let worker { shared.work.attach(worker) }
            let watch = watchesHealth ? HealthWatch(services: services, logger: logger) : nil
            let probes = try probing.map {
                try Self.probes($0, services, metrics, shared.api.configuration)
            }
            guard listens else {
                return (Lane(services, nil, worker, watch, probes), nil)
            }
            let handler = PaymentAPIHandler(
                services: services.api(metrics: metrics),
                state: shared.api,
                accessLog: settings.accessLog ? logger : nil,
                tracer: settings.tracer
            )
            var own = configuration
            own.observer = APIObserver(accessLog: settings.accessLog ? logger : nil)
            own.renderProblem = PaymentAPIHandler.problemRenderer(shared.api.configuration)
            let server = HTTPServer(loop: loop, configuration: own, handler: handler)
            let address = try settings.listening(on: own.address) { () throws(SystemError) in
                try server.listen()
            }
            return (Lane(services, server, worker, watch, probes), address.port)
        }
    }

    /// A listener that answers `/health`, `/health/ready` and `/metrics`, and nothing else.
    private static func probes(
        _ configuration: HTTPServerConfiguration,
        _ services: Services,
        _ metrics: ServiceMetrics,
        _ api: APIConfiguration
    ) throws -> HTTPServer {
        var api = api
        api.surfaces = []
        var own = configuration
        own.renderProblem = PaymentAPIHandler.problemRenderer(api)
        let handler = PaymentAPIHandler(
            services: services.api(metrics: metrics),
            state: APIState(api),
            accessLog: nil
        )
        let server = HTTPServer(loop: services.loop, configuration: own, handler: handler)
        try services.shared.configuration.listening(on: own.address) { () throws(SystemError) in
            try server.listen()
        }
        return server
    }

    /// Reads the certificate again; on failure the old one stays.
    func reload() {
        do {
            guard let context = try runtime.configuration.tls() else { return }
            for lane in state.withLock({ $0 }) {
                guard let server = lane.server else { continue }
                lane.services.loop.execute { server.reload(tls: context) }
            }
            logger.notice("the certificate was read again")
        } catch {
            logger.error("the certificate was not replaced", metadata: ["error": "\(error)"])
        }
    }

    /// Stops accepting and claiming, finishes what runs within the configured time, and closes. What
    /// has not ended by then is found by another process.
    func drain() async {
        logger.notice("draining")
        let limit = runtime.configuration.drainTime
        let end = ContinuousClock.now + limit
        let lanes = state.withLock { $0 }
        // Before any request is waited for: others can do what has not begun.
        for lane in lanes { lane.worker?.stop(by: end) }
        await withTaskGroup { group in
            for lane in lanes {
                group.addTask {
                    _ = try? await lane.services.loop.submit {
                        await lane.server?.drain(within: limit)
                        lane.watch?.stop()
                        await lane.work?.value
                        await lane.watching?.value
                        await lane.services.pool.drain(within: .seconds(2))
                        await lane.probes?.drain(within: .milliseconds(100))
                        lane.services.transport.close()
                    }
                    await lane.services.loop.stop()
                }
            }
        }
        logger.notice("stopped")
    }
}
