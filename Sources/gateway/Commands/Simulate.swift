import ArgumentParser
import Cryptography
import Foundation
import JSON
import PaymentCore
import Reactor
import Simulators

struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run vendors' simulators, faults on demand, until stopped.",
        discussion: """
            Prints one line of JSON when all listen: each vendor with its base_url and control_url. \
            Without a name, all vendors run. See docs/simulators.md.
            """
    )

    @Argument(help: "Which vendors: \(vendorNames).") var vendors: [String] = []
    @Option(help: "The address to listen on.") var host = "127.0.0.1"
    @Option(help: "The first vendor's port, the next one's follows; 0 takes free ones.")
    var port: UInt16?
    @Option(help: "Listen under TLS: a PEM file with the certificate, its chain after it.")
    var certificate: String?
    @Option(help: "The certificate's key, a PEM file.") var privateKey: String?
    @Option(help: "Where payers' browsers find the simulator, if not where it listens.")
    var publicURL: String?
    @Option(help: "Where events are sent.") var webhookURL: String?
    @Option(help: "The secrets that sign events; several while one is rolled.")
    var webhookSecret: [String] = []
    @Option(help: "A receiver of events as JSON, where an address and secrets do not say enough.")
    var webhook: [String] = []
    @Option(help: "The vendor's own settings as one JSON object.") var settings: String?
    @Option(help: "Makes identifiers and faults repeatable; otherwise the time.")
    var seed: UInt64?
    @Option(help: "How long every call takes, in milliseconds.") var latencyMs: Int64 = 0
    @Option(help: "Keep only so many payments, for load tests.") var retain: Int?

    static let vendorNames = SimulatorCatalog.all.map(\.name).joined(separator: ", ")

    func validate() throws {
        for name in vendors where !SimulatorCatalog.all.contains(where: { $0.name == name }) {
            throw ValidationError("\(name) cannot be simulated: \(Self.vendorNames)")
        }
        let isForOne =
            webhookURL != nil || !webhook.isEmpty || settings != nil || publicURL != nil
        guard vendors.count == 1 || !isForOne else {
            throw ValidationError("receivers, settings and public URL are given to one vendor")
        }
        guard (webhookURL == nil) == webhookSecret.isEmpty else {
            throw ValidationError("--webhook-url and --webhook-secret belong together")
        }
        guard (certificate == nil) == (privateKey == nil) else {
            throw ValidationError("--certificate and --private-key belong together")
        }
        let number = vendors.isEmpty ? SimulatorCatalog.all.count : Set(vendors).count
        if let port, Int(port) + number - 1 > UInt16.max {
            throw ValidationError("\(number) ports from \(port) on go beyond \(UInt16.max)")
        }
        guard (0...600_000).contains(latencyMs) else {
            throw ValidationError("--latency-ms is 0 to 600000")
        }
    }

    func run() async throws {
        let entries = SimulatorCatalog.all.filter { entry in
            vendors.isEmpty || vendors.contains(entry.name)
        }
        var options = SimulatorOptions(
            seed: seed ?? UInt64(SystemClock().now.microseconds)
        )
        options.host = host
        if let certificate, let privateKey {
            options.tls = try .server(certificateChain: certificate, privateKey: privateKey)
        }
        options.publicURL = publicURL
        options.latency = .milliseconds(latencyMs)
        options.retainedPayments = retain
        options.endpoints = try endpoints()
        if let settings { options.settings = try JSONValue.parse(settings) }
        let loop = try EventLoop(name: "simulators")
        loop.start()
        var simulators: [(name: String, simulator: any RunningSimulator)] = []
        for (index, entry) in entries.enumerated() {
            options.port = port.map { $0 == 0 ? 0 : $0 &+ UInt16(index) } ?? entry.port
            let simulator = try entry.make(options)
            _ = try await simulator.start(on: loop)
            simulators.append((entry.name, simulator))
        }
        // Not `print`: whoever waits for the line may read it through a pipe.
        try FileHandle.standardOutput.write(contentsOf: Data(Self.line(simulators)))
        for await signal in Signals.stream() where signal != .reload { break }
        for (_, simulator) in simulators { await simulator.stop() }
        await loop.stop()
    }

    private func endpoints() throws -> [JSONValue] {
        var endpoints = try webhook.map { try JSONValue.parse($0) }
        if let webhookURL {
            endpoints.append([
                "url": .string(webhookURL),
                "secrets": .array(webhookSecret.map(JSONValue.string)),
            ])
        }
        return endpoints
    }

    private static func line(
        _ simulators: [(name: String, simulator: any RunningSimulator)]
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { line in
            for (name, simulator) in simulators {
                line.object(name) { object in
                    object.member("base_url", simulator.baseURL)
                    object.member("control_url", simulator.baseURL + "/_control")
                }
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}
