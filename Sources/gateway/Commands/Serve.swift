import ArgumentParser
import Glibc
import Observability

/// What a process does; a small installation does all of it in one.
enum Role: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// Answers `/api/v1/payments`.
    case api
    /// Receives vendors' notifications.
    case webhooks
    /// Publishes events, runs jobs, applies notifications.
    case worker
}

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve until SIGTERM, which drains; a second one stops at once."
    )

    @Option(help: "What this process does: any of api,webhooks,worker.")
    var roles = "api,webhooks,worker"

    func validate() throws {
        _ = try parsedRoles()
    }

    func run() async throws {
        // Before anything that takes time: what a container's first process has no handler for, the
        // system drops.
        let signals = Signals.stream()
        let configuration = try Configuration.load()
        let writer = LogWriter()
        StructuredLogHandler.bootstrap(
            writer,
            level: configuration.logLevel.level,
            format: configuration.logFormat
        )
        let metrics = ServiceMetrics.bootstrap()
        let server = try GatewayServer(
            configuration,
            roles: try parsedRoles(),
            metrics: metrics
        )
        try await Self.run(server, until: signals) {
            writer.close()
            // Nobody waits for what still runs, the process's own clearing up included.
            _exit(EXIT_FAILURE)
        }
        writer.close()
    }

    private enum Moment {
        case started
        case toldToStop
        case drained
    }

    /// Starts, serves and drains, and handles signals all the while.
    ///
    /// - Parameter cut: ends the process at once.
    private static func run(
        _ server: GatewayServer,
        until signals: AsyncStream<Signals.Signal>,
        cut: () -> Never
    ) async throws {
        try await withThrowingTaskGroup(of: Moment.self) { group in
            group.addTask {
                try await server.start()
                return .started
            }
            group.addTask { await hear(signals, server) }
            var isDraining = false
            while let moment = try await group.next() {
                switch moment {
                case .started: break
                case .toldToStop:
                    if isDraining { cut() }
                    isDraining = true
                    group.addTask {
                        await server.drain()
                        return .drained
                    }
                    group.addTask { await hear(signals, server) }
                case .drained:
                    // What has not started yet, because its database is away, never does.
                    group.cancelAll()
                    return
                }
            }
        }
    }

    /// Returns at the next signal to stop.
    private static func hear(
        _ signals: AsyncStream<Signals.Signal>,
        _ server: GatewayServer
    ) async -> Moment {
        for await signal in signals {
            switch signal {
            case .reload: server.reload()
            case .stop: return .toldToStop
            }
        }
        return .toldToStop
    }

    private func parsedRoles() throws -> Set<Role> {
        let words = roles.split(separator: ",").map(String.init)
        let parsed = words.compactMap(Role.init(rawValue:))
        guard !parsed.isEmpty, parsed.count == words.count else {
            throw ValidationError("--roles takes any of api,webhooks,worker")
        }
        return Set(parsed)
    }
}
