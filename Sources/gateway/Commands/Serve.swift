import ArgumentParser
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
        try await server.start()
        for await signal in Signals.stream() {
            switch signal {
            case .reload: server.reload()
            case .stop:
                await server.drain()
                writer.close()
                return
            }
        }
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
