import ArgumentParser
import PaymentCore
import Reactor
import Simulators

struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a vendor's simulator: see docs/simulators.md.",
        subcommands: [Stripe.self]
    )

    struct Stripe: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run a Stripe-speaking simulator with faults on demand until it is stopped."
        )

        @Option(help: "The address to listen on.") var host = "127.0.0.1"
        @Option(help: "The port to listen on; 0 takes a free one.") var port: UInt16 = 12_111
        @Option(help: "Where events are sent.") var webhookURL: String?
        @Option(help: "The secrets that sign events; several while one is rolled.")
        var webhookSecret: [String] = []
        @Option(help: "Makes identifiers and faults repeatable; otherwise the time.")
        var seed: UInt64?
        @Option(help: "How long every call takes, in milliseconds.") var latencyMs: Int64 = 0
        @Option(help: "Keep only so many payments, for load tests.") var retain: Int?

        func validate() throws {
            guard (webhookURL == nil) == webhookSecret.isEmpty else {
                throw ValidationError("--webhook-url and --webhook-secret belong together")
            }
            guard (0...600_000).contains(latencyMs) else {
                throw ValidationError("--latency-ms is 0 to 600000")
            }
        }

        func run() async throws {
            var configuration = StripeSimulator.Configuration(
                seed: seed ?? UInt64(SystemClock().now.microseconds)
            )
            configuration.host = host
            configuration.port = port
            configuration.latency = .milliseconds(latencyMs)
            configuration.retainedPayments = retain
            if let webhookURL {
                configuration.webhookEndpoints = [
                    .init(url: webhookURL, secrets: webhookSecret)
                ]
            }
            let loop = try EventLoop(name: "stripe")
            loop.start()
            let simulator = StripeSimulator(configuration)
            let port = try await simulator.start(on: loop)
            print("a Stripe simulator listens on http://\(host):\(port)")
            for await signal in Signals.stream() where signal != .reload { break }
            await simulator.stop()
            await loop.stop()
        }
    }
}
