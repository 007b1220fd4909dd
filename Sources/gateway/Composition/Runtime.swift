import Foundation
import HTTPClient
import PaymentAPI
import PaymentCore
import Postgres
import Reactor
import Storage
import Vendors

/// The process: its settings, its loops and what they share.
struct Runtime: Sendable {
    let configuration: Configuration
    let shared: SharedState
    let loops: [EventLoop]

    init(_ configuration: Configuration, loops count: Int, roles: Set<Role> = []) throws {
        self.configuration = configuration
        loops = try (0..<count).map { try EventLoop(name: "loop-\($0)") }
        for loop in loops { loop.start() }
        let blocking = BlockingPool()
        let health = HealthBoard(configuration.health)
        let clock = ServiceClock(WrongClock(by: configuration.clockError))
        let observer = ServiceObserver(
            health: health,
            clock: clock,
            tracer: configuration.tracer
        )
        let work = WorkBoard()
        let ledgerKey = LedgerKeyFile(configuration.ledgerKeyFile)
        shared = SharedState(
            configuration: configuration,
            clock: clock,
            keys: KeyRing(
                FoundingKeys(
                    wrapping: try configuration.keyManagement(on: loops[0], clock),
                    ledgerKey: ledgerKey
                ),
                lifetime: configuration.keyLifetime
            ),
            ledgerKey: ledgerKey,
            marks: WorkMarks(onWork: { tenant in work.nudge(tenant) }),
            secrets: SecretSources(
                blocking: blocking,
                managed: ManagedSecrets(
                    try configuration.secretManager(on: loops[0], clock),
                    lifetime: configuration.secretLifetime
                )
            ),
            accounts: TenantCache(),
            routes: RouteCache(),
            policies: TenantCache(),
            places: VendorPlaces(),
            health: health,
            vendorMemory: VendorMemory(),
            api: APIState(try configuration.api(roles)),
            observer: observer,
            blocking: blocking,
            work: work
        )
    }

    /// Runs a command's work about a tenant, as ``offline(_:)`` does.
    ///
    /// - Throws: `CommandError` when there is no such tenant; nil asks for none.
    static func offline<Value: Sendable>(
        about tenant: TenantID?,
        _ body: @escaping @Sendable (Services) async throws -> Value
    ) async throws -> Value {
        try await offline { services in
            if let tenant { _ = try await services.known(tenant) }
            return try await body(services)
        }
    }

    /// Runs a command's work on a loop of its own, without serving anything.
    static func offline<Value: Sendable>(
        _ body: @escaping @Sendable (Services) async throws -> Value
    ) async throws -> Value {
        let runtime = try Runtime(try Configuration.load(), loops: 1)
        let loop = runtime.loops[0]
        let shared = runtime.shared
        let result = try await loop.submit {
            let services = try Services.make(on: loop, shared)
            do {
                let value = try await body(services)
                await services.pool.drain(within: .seconds(1))
                services.transport.close()
                return value
            } catch {
                await services.pool.drain(within: .milliseconds(100))
                services.transport.close()
                throw error
            }
        }
        await loop.stop()
        return result
    }
}

extension Services {
    /// A tenant that a command names.
    ///
    /// - Throws: `CommandError` when there is none.
    func known(_ id: TenantID) async throws -> Tenant {
        guard let tenant = try await control.tenant(id) else {
            throw CommandError("there is no such tenant")
        }
        return tenant
    }
}

extension Configuration {
    /// The settings of this process: its environment, and the file that it may name.
    static func load() throws -> Configuration {
        let environment = ProcessInfo.processInfo.environment
        var file: [String: String] = [:]
        if let path = environment["GATEWAY_CONFIG_FILE"], !path.isEmpty {
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw SettingError(name: "GATEWAY_CONFIG_FILE", reason: "cannot read \(path)")
            }
            file = try parse(file: text)
        }
        return try Configuration(environment: environment, file: file)
    }
}
