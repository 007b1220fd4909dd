import ArgumentParser
import HTTP
import HTTPClient
import PaymentCore
import Reactor

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Play a booking service against a running gateway and its Stripe simulator."
    )

    @Option(help: "Where the gateway listens.") var baseURL: String
    @Option(help: "A key of the demo tenant with all permissions.") var apiKey: String
    @Option(help: "Where the simulator listens.") var simulator: String

    func run() async throws {
        try await Outbound.run { transport, loop in
            let demo = Demo(
                gateway: GatewayClient(transport: transport, baseURL: baseURL, apiKey: apiKey),
                simulator: GatewayClient(transport: transport, baseURL: simulator, apiKey: nil),
                run: String(SystemIdentifiers().next().text.suffix(8)),
                // Silence is right: only the end of the process cancels a demo.
                pause: { try? await loop.sleep(for: .milliseconds(100)) }
            )
            try await demo.play()
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
