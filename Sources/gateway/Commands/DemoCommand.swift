import ArgumentParser
import HTTP
import HTTPClient
import JSON
import PaymentCore
import Reactor

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Play a booking service against a running gateway and vendors' simulators.",
        subcommands: [Play.self, Connect.self],
        defaultSubcommand: Play.self
    )

    struct Options: ParsableArguments {
        @Option(help: "Where the gateway listens.") var baseURL: String
        @Option(help: "A key of the demo tenant with all permissions.") var apiKey: String
        @Option(help: "Where other vendors are, in the form that `gateway simulate` prints.")
        var vendors: String?

        func gateway(_ transport: any HTTPTransport) -> GatewayClient {
            GatewayClient(transport: transport, baseURL: baseURL, apiKey: apiKey)
        }

        func others(_ transport: any HTTPTransport) throws -> [String: GatewayClient] {
            let places = try vendors.map { try JSONValue.parse($0) }?.objectValue
            let clients = (places?.members ?? []).compactMap { member in
                member.value["base_url"]?.stringValue.map {
                    (member.name, GatewayClient(transport: transport, baseURL: $0, apiKey: nil))
                }
            }
            return Dictionary(clients, uniquingKeysWith: { $1 })
        }
    }

    struct Play: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Play, step by step.")

        @OptionGroup var options: Options
        @Option(help: "Where Stripe's simulator listens.") var simulator: String

        func run() async throws {
            try await Outbound.run { transport, loop in
                let demo = Demo(
                    gateway: options.gateway(transport),
                    simulator: GatewayClient(
                        transport: transport,
                        baseURL: simulator,
                        apiKey: nil
                    ),
                    others: try options.others(transport),
                    run: String(SystemIdentifiers().next().text.suffix(8)),
                    // Silence is right: only the end of the process cancels a demo.
                    pause: { try? await loop.sleep(for: .milliseconds(50)) }
                )
                try await demo.play()
            }
        }
    }

    struct Connect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make or renew an account at each simulator.",
            discussion: "Prints a line for each: its name, webhook URL and address."
        )

        @OptionGroup var options: Options
        @Option(help: "What the integrator's example shares with its account.")
        var integratorSecret = ""

        func run() async throws {
            try await Outbound.run { transport, _ in
                let connection = DemoConnection(
                    gateway: options.gateway(transport),
                    integratorSecret: integratorSecret
                )
                let others = try options.others(transport)
                for vendor in DemoVendor.all {
                    guard let simulator = others[vendor.name] else { continue }
                    let url = try await connection.connect(vendor, at: simulator)
                    print(vendor.name, url, simulator.baseURL)
                }
            }
        }
    }
}

/// Exits 0 when a URL answers 2xx: what scripts wait with.
struct Ping: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Exit 0 when a URL answers 2xx within two seconds."
    )

    @Argument(help: "The URL.") var url: String

    func run() async throws {
        let status = try await Outbound.run { transport, _ in
            var options = HTTPSendOptions()
            options.totalTimeout = .seconds(2)
            return try await transport.send(
                HTTPRequest(method: .get, url: url),
                options: options
            ).status.code
        }
        guard (200..<300).contains(status) else { throw ExitCode(1) }
    }
}

/// Outbound HTTP for a command.
enum Outbound {
    static func run<Value: Sendable>(
        _ body: @escaping @Sendable (HTTPClient, EventLoop) async throws -> Value
    ) async throws -> Value {
        let loop = try EventLoop(name: "command")
        loop.start()
        let value = try await loop.submit {
            let transport = try HTTPClient(loop: loop)
            defer { transport.close() }
            return try await body(transport, loop)
        }
        await loop.stop()
        return value
    }
}
