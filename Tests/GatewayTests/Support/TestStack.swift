import Cryptography
import Foundation
import HTTP
import JSON
import Observability
import Postgres
import Synchronization
import TestKit
import Testing

/// A whole installation of its own: database, tenant, key, Stripe account, simulator and one or
/// two gateway processes, all real.
final class TestStack: Sendable {
    let environment: [String: String]
    let tenant: String
    let apiKey: String
    let account: String
    /// What the account's notifications are signed with.
    let webhookSecret: String
    let client: TestClient
    let simulator: TestClient
    let folder: String
    let databaseURL: String
    /// A cluster stops when nobody holds it.
    private let cluster: PostgresCluster
    private let simulatorProcess: ServingProcess
    private let gateways: Mutex<[ServingProcess?]>
    /// Simulators of further vendors.
    private let others = Mutex<[ServingProcess]>([])
    /// What the logs are searched for in the end.
    private let secrets: Mutex<Set<String>>
    private let ports: [Int]
    private let own: [Int: [String: String]]
    private let launcher: [String]

    /// - Parameters:
    ///   - replicas: gateway processes over the one database.
    ///   - cluster: a cluster of the test's own, when the test stops it.
    ///   - own: settings of single replicas.
    ///   - launcher: a program and its arguments that run the gateway; its words follow them.
    ///   - proxy: what the gateways reach that cluster's server through; nothing else does.
    init(
        replicas: Int = 1,
        cluster: PostgresCluster? = nil,
        settings: [String: String] = [:],
        own: [Int: [String: String]] = [:],
        launcher: [String] = [],
        proxy: PostgresProxy? = nil,
        simulatorArguments: [String] = []
    ) async throws {
        let (running, database) =
            if let cluster {
                (cluster, try await cluster.freshDatabase())
            } else {
                try await Self.shared.value
            }
        self.cluster = running
        databaseURL = database.superuserURL.text
        folder =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("gateway-test-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true
        )
        if cluster == nil {
            for (suffix, text) in try Self.sharedKeys.get() {
                try text.write(toFile: "\(folder)/keys\(suffix)", atomically: true, encoding: .utf8)
            }
        }
        ports = try (0..<(replicas + 1)).map { _ in try FreePort.take() }
        var environment = [
            "GATEWAY_DATABASE_URL": database.url.text,
            "GATEWAY_KEY_FILE": "\(folder)/keys",
            "GATEWAY_MIGRATIONS": "\(Program.project)/migrations",
            "GATEWAY_POLL_MS": "50",
            "GATEWAY_LOG_LEVEL": "info",
            // The simulators are on this machine.
            "GATEWAY_VENDOR_ADDRESSES": "any",
            // Some vendors are told with each payment where its notifications go.
            "GATEWAY_PUBLIC_URL": "http://127.0.0.1:\(ports[0])",
        ]
        environment.merge(settings) { $1 }
        self.environment = environment
        try Program.run(["migrate"], environment: environment)
        tenant = try Program.run(
            ["tenant", "create", "--name", "T-\(UUID().uuidString)"],
            environment: environment
        )
        apiKey = try Program.run(
            ["key", "create", "--tenant", tenant, "--name", "t", "--all-permissions"],
            environment: environment
        )
        let simulatorURL = "http://127.0.0.1:\(ports[replicas])"
        let secret = "whsec_\(UUID().uuidString.filter { $0 != "-" })"
        account = try Program.run(
            [
                "account", "create", "--tenant", tenant, "--vendor", "stripe", "--name", "main",
                "--default", "--set", "secret_key=sk_test_suite", "--set",
                "webhook_secrets=\(secret)", "--set", "api_base=\(simulatorURL)",
            ],
            environment: environment
        )
        let gatewayURL = "http://127.0.0.1:\(ports[0])"
        simulatorProcess = try ServingProcess(
            [
                "simulate", "stripe", "--port", "\(ports[replicas])", "--webhook-url",
                "\(gatewayURL)/webhooks/v1/stripe/\(account)", "--webhook-secret", secret,
            ] + simulatorArguments,
            environment: [:],
            logPath: "\(folder)/stripe.log"
        )
        webhookSecret = secret
        secrets = Mutex([apiKey, secret, "sk_test_suite"])
        client = TestClient(baseURL: gatewayURL, apiKey: apiKey)
        simulator = TestClient(baseURL: simulatorURL, apiKey: nil)
        self.launcher = launcher
        let detour = proxy.map {
            ["GATEWAY_DATABASE_URL": database.url.replacing(port: $0.port).text]
        }
        self.own = (0..<replicas).reduce(into: own) { own, replica in
            own[replica, default: [:]].merge(detour ?? [:]) { $1 }
        }
        gateways = Mutex(Array(repeating: nil, count: replicas))
        for replica in 0..<replicas { try start(replica) }
        try await simulator.untilReady("/_control/clock")
        for replica in 0..<replicas { try await replicaClient(replica).untilReady() }
    }

    /// One database that most tests share, as tenants of one installation would.
    private static let shared = Task {
        let cluster = try await PostgresCluster()
        return (cluster, try await cluster.freshDatabase())
    }

    /// The key files of that installation, by what stands behind their common path.
    private static let sharedKeys = Result {
        let key = SecureRandom.bytes(32)
        return [
            "": "suite:\(Data(key).base64EncodedString())\n",
            ".ledger": try Ed25519Key.generate().pem.revealText(),
        ]
    }

    deinit {
        gateways.withLock { for gateway in $0 { gateway?.kill() } }
        searchLogs()
        simulatorProcess.kill()
        others.withLock { for simulator in $0 { simulator.kill() } }
        try? FileManager.default.removeItem(atPath: folder)
    }

    func replicaClient(_ replica: Int) -> TestClient {
        TestClient(baseURL: "http://127.0.0.1:\(ports[replica])", apiKey: apiKey)
    }

    /// A socket to the first gateway, for what no client would send.
    func wire() throws -> WireClient { try WireClient(port: UInt16(ports[0])) }

    /// Starts a gateway process; it may not be ready yet.
    func start(_ replica: Int = 0) throws {
        let own = (own[replica] ?? [:]).merging(["GATEWAY_HTTP_PORT": "\(ports[replica])"]) { $1 }
        let words = launcher + [Program.path, "serve"]
        let process = try ServingProcess(
            Array(words.dropFirst()),
            environment: environment.merging(own) { $1 },
            logPath: "\(folder)/gateway-\(replica).log",
            program: words[0]
        )
        gateways.withLock { $0[replica] = process }
    }

    func kill(_ replica: Int = 0) {
        gateways.withLock { $0[replica] }?.kill()
    }

    func stop(_ replica: Int = 0) -> Int32 {
        gateways.withLock { $0[replica] }?.stop() ?? -1
    }

    func send(_ signal: Int32, to replica: Int = 0) {
        gateways.withLock { $0[replica] }?.send(signal)
    }

    /// How a gateway ended; nil while it runs.
    func ending(of replica: Int = 0) -> Int32? {
        gateways.withLock { $0[replica] }.flatMap { $0.isRunning ? nil : $0.ending }
    }

    var logs: String {
        (0..<(ports.count - 1)).map { replica in
            (try? String(contentsOfFile: "\(folder)/gateway-\(replica).log", encoding: .utf8)) ?? ""
        }.joined()
    }

    /// Whatever a test did, no line that its gateways wrote may show a secret or a card number.
    private func searchLogs() {
        let logs = logs
        for secret in secrets.withLock({ $0 }) where logs.contains(secret) {
            Issue.record("a log shows a secret of \(secret.utf8.count) bytes")
        }
        if CardDataDetector.containsCardNumber(logs) { Issue.record("a log shows a card number") }
    }

    /// Keeps a token of the simulator as a stored method.
    func method(_ token: String = "pm_card_visa") async throws -> String {
        let answer = try await client.post(
            "/payment-methods",
            ["kind": "card", "provider": "stripe", "token": .string(token)]
        )
        guard let id = answer.body["id"]?.stringValue else {
            throw Program.Failure(description: "no method: \(answer)")
        }
        return id
    }

    /// Takes a payment in cash and returns its identifier.
    @discardableResult
    func payCash() async throws -> String {
        let paid = try await client.post(
            "/intents",
            [
                "amount": 500, "currency": "USD",
                "method": ["kind": "cash", "drawer_id": "front-1"],
            ]
        )
        #expect(paid.status == 201, "\(paid)")
        return try #require(paid.text("id"))
    }

    /// An account of this tenant at another vendor.
    func account(_ vendor: String, _ fields: [String: String]) throws -> String {
        // Shorter ones could be a part of anything.
        secrets.withLock { $0.formUnion(fields.values.filter { $0.hasSuffix("-of-the-suite") }) }
        return try Program.run(
            [
                "account", "create", "--tenant", tenant, "--vendor", vendor, "--name", "other",
                "--default",
            ] + fields.flatMap { ["--set", "\($0.key)=\($0.value)"] },
            environment: environment
        )
    }

    /// Runs another vendor's simulator, which calls `endpoint`, if told.
    func simulator(
        _ vendor: String,
        _ endpoint: JSONValue? = nil,
        settings: JSONValue? = nil
    ) async throws -> TestClient {
        let port = try FreePort.take()
        let options = [("--webhook", endpoint), ("--settings", settings)].flatMap { name, value in
            value.map { [name, String(decoding: $0.bytes(), as: UTF8.self)] } ?? []
        }
        let process = try ServingProcess(
            ["simulate", vendor, "--port", "\(port)"] + options,
            environment: [:],
            logPath: "\(folder)/\(vendor).log"
        )
        others.withLock { $0.append(process) }
        let client = TestClient(baseURL: "http://127.0.0.1:\(port)", apiKey: nil)
        try await client.untilReady("/_control/clock")
        return client
    }

    /// Asks the simulator for a fault.
    func fault(_ fault: JSONValue) async throws {
        let answer = try await simulator.raw(.post, "/_control/faults", fault)
        guard answer.status < 300 else { throw Program.Failure(description: "\(answer)") }
    }

    /// Repeats a request under its key until it gets an answer that stays, whatever happens to the
    /// servers meanwhile.
    @discardableResult
    func insist(
        _ path: String,
        _ body: JSONValue,
        key: String,
        within limit: Duration = .seconds(120)
    ) async throws -> TestClient.Answer {
        var last: TestClient.Answer?
        // Silence is right: a server that is gone answers the next time.
        try await eventually(within: limit) {
            last = try? await client.post(path, body, key: key)
            guard let status = last?.status else { return false }
            guard [200, 201, 202, 409, 429, 503, 504].contains(status) else {
                throw Program.Failure(description: "\(path): \(last.map { "\($0)" } ?? "")")
            }
            if status == 409 { #expect(last?.fields[.retryAfter] != nil, "\(path)") }
            return [200, 201].contains(status)
        }
        return try #require(last)
    }

    /// Waits until a payment has one of these states.
    @discardableResult
    func until(
        _ id: String,
        _ states: String...,
        within limit: Duration = .seconds(30)
    )
        async throws -> JSONValue
    {
        let deadline = ContinuousClock.now + limit
        var last: JSONValue = .null
        while ContinuousClock.now < deadline {
            last = try await client.get("/intents/\(id)").body
            if let status = last["status"]?.stringValue, states.contains(status) { return last }
            try await TestClient.pause()
        }
        throw Program.Failure(
            description: "\(id) is \(last["status"] ?? .null), not \(states)\n\(logs.suffix(4_000))"
        )
    }
}
