internal import Cryptography
internal import Foundation
internal import HTTP
internal import HTTPClient
internal import JSON
internal import PaymentCore
internal import Postgres
internal import Reactor
internal import TestKit

/// Two gateways, everything they talk to, and wires in between that can be made to fail.
final class Installation: Sendable {
    let folder: String
    let cluster: PostgresCluster
    let database: TestDatabase
    /// From each gateway to Postgres.
    let databaseWires: [PostgresProxy]
    /// From vendors to the gateways, one connection after the other.
    let entrance: PostgresProxy
    let vendors: [Vendor]
    let fleet: Fleet
    let broker: Broker
    let subscriber: Subscriber
    let tenant: TenantID
    /// Each gateway's own address.
    let gateways: [Line]
    /// What no log may show.
    let secrets: [String]
    /// For what blocks.
    let blocking: BlockingPool
    private let environment: [String: String]

    /// Call it on a loop; everything belongs to that.
    init(_ plan: ChaosPlan, first: Release) async throws {
        guard let loop = EventLoop.current else { preconditionFailure("chaos runs on its loop") }
        let blocking = BlockingPool(name: "chaos", threads: 4)
        let client = try HTTPClient(loop: loop)
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("chaos-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true
        )
        cluster = try await PostgresCluster(isDurable: true)
        let database = try await cluster.freshDatabase()
        let target = database.url.port
        databaseWires = try (0..<2).map { _ in try PostgresProxy(target: target) }
        let ports = try (0..<2).map { _ in try FreePort.take() }
        entrance = try PostgresProxy(targets: ports)
        broker = try Broker()
        subscriber = try Subscriber()

        let common = Self.settings(folder, entrance, broker)
        let direct = common.merging(["GATEWAY_DATABASE_URL": database.url.text]) { $1 }
        environment = direct
        let run = { @Sendable (_ arguments: [String]) in
            try await blocking.run {
                try Program.run(
                    arguments,
                    environment: first.environment(direct),
                    program: first.program
                )
            }
        }
        _ = try await run(["migrate"])
        let text = try await run(["tenant", "create", "--name", "chaos"])
        guard let tenant = TenantID(text) else { throw Mishap("no tenant: \(text)") }
        let apiKey = try await run(
            ["key", "create", "--tenant", text, "--name", "chaos", "--all-permissions"]
        )
        var vendors: [Vendor] = []
        var secrets = [apiKey, "open-sesame"]
        for (number, manner) in Vendor.Manner.all.enumerated() {
            let secret = Hex.encode(SecureRandom.bytes(32))
            secrets.append(secret)
            vendors.append(
                try await Self.vendor(
                    manner,
                    tenant: text,
                    secret: secret,
                    seed: plan.seed &+ UInt64(number),
                    entrance: "http://127.0.0.1:\(entrance.port)",
                    folder: folder,
                    client: client,
                    run: run
                )
            )
        }
        fleet = try Fleet(
            zip(ports, databaseWires).map { port, wire in
                let url = database.url.replacing(port: wire.port).text
                return common.merging(
                    ["GATEWAY_HTTP_PORT": "\(port)", "GATEWAY_DATABASE_URL": url]
                ) { $1 }
            },
            first,
            folder: folder
        )
        gateways = ports.map {
            Line(base: "http://127.0.0.1:\($0)", apiKey: apiKey, client: client)
        }
        self.folder = folder
        self.database = database
        self.tenant = tenant
        self.vendors = vendors
        self.secrets = secrets
        self.blocking = blocking
        for gateway in gateways { try await gateway.untilReady("/health/ready") }
    }

    /// Has the tenant's events sent to the subscriber.
    func subscribe() async throws {
        let url = try await subscriber.listen()
        let made = try await gateways[0].api(
            .post,
            "/event-subscriptions",
            ["url": .string(url)],
            key: "subscription"
        )
        subscriber.expect(try made.text("id"), secret: try made.text("secret"))
        let inspection = try Inspection(self)
        subscriber.expect(eventsAfter: try await inspection.rest().position)
        await inspection.close()
    }

    /// What all gateways are told.
    private static func settings(
        _ folder: String,
        _ entrance: PostgresProxy,
        _ broker: Broker
    ) -> [String: String] {
        [
            "GATEWAY_KEY_FILE": "\(folder)/keys",
            "GATEWAY_PUBLIC_URL": "http://127.0.0.1:\(entrance.port)",
            // Receiver and simulators are on this machine.
            "GATEWAY_EVENT_RECEIVERS": "any",
            "GATEWAY_VENDOR_ADDRESSES": "any",
            // An ill vendor is tried again soon: the run is short.
            "GATEWAY_BREAKER_PAUSE_SECONDS": "2",
            "GATEWAY_DRAIN_SECONDS": "10",
        ].merging(broker.settings) { $1 }
    }

    private static func vendor(
        _ manner: Vendor.Manner,
        tenant: String,
        secret: String,
        seed: UInt64,
        entrance: String,
        folder: String,
        client: HTTPClient,
        run: ([String]) async throws -> String
    ) async throws -> Vendor {
        let port = try FreePort.take()
        let settings = manner.settings.map {
            ["--settings", String(decoding: $0.bytes(), as: UTF8.self)]
        }
        let process = try ServingProcess(
            ["simulate", manner.name, "--port", "\(port)", "--seed", "\(seed)"] + (settings ?? []),
            environment: [:],
            logPath: "\(folder)/\(manner.name).log"
        )
        let wire = try PostgresProxy(target: port)
        let fields = manner.fields("http://127.0.0.1:\(wire.port)", secret)
        let account = try await run(
            [
                "account", "create", "--tenant", tenant, "--vendor", manner.name, "--name", "main",
                "--default",
            ] + fields.flatMap { ["--set", "\($0.key)=\($0.value)"] }
        )
        let simulator = Line(base: "http://127.0.0.1:\(port)", client: client)
        try await simulator.untilReady("/_control/clock")
        let url = "\(entrance)/webhooks/v1/\(manner.name)/\(account)"
        try await simulator.act(
            "webhook_endpoints",
            ["endpoints": [manner.receiver(url, secret)]],
            .put
        )
        return Vendor(
            manner: manner,
            account: account,
            wire: wire,
            simulator: simulator,
            process: process
        )
    }

    func vendor(_ name: String) -> Vendor {
        guard let vendor = vendors.first(where: { $0.name == name }) else {
            preconditionFailure("\(name) is not part of the installation")
        }
        return vendor
    }

    /// Runs a command of a release, past all wires.
    @discardableResult
    func run(_ release: Release, _ arguments: [String]) async throws -> String {
        let environment = release.environment(environment)
        return try await blocking.run {
            try Program.run(arguments, environment: environment, program: release.program)
        }
    }

    /// Ends every process, and removes what was written unless it is needed.
    func close(keepingLogs: Bool) async throws {
        try await fleet.stop()
        for vendor in vendors {
            vendor.process.kill()
            vendor.wire.close()
        }
        for wire in databaseWires + [entrance] { wire.close() }
        if !keepingLogs { try FileManager.default.removeItem(atPath: folder) }
    }
}
