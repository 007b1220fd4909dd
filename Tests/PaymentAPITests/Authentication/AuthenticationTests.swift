import HTTP
import PaymentCore
import Synchronization
import TestKit
import Testing

@testable import PaymentAPI

struct AuthenticationTests {
    @Test(arguments: ["", "Basic abc", "Bearer", "Bearer ", "Bearer gwk_wrong", "Bearer sk_other"])
    func `who is not known is 401 with a challenge`(authorization: String) async throws {
        let api = try APIFixture()
        let refused = await api.send(.get, "/orders", fields: [.authorization: authorization])
        #expect(refused.status == 401)
        #expect(refused.code == "unauthenticated")
        #expect(refused.fields[.wwwAuthenticate]?.hasPrefix("Bearer") == true)
    }

    @Test
    func `the scheme's case does not matter`() async throws {
        let api = try APIFixture()
        let fields: HTTPFields = [.authorization: "bearer \(api.secret.text)"]
        #expect(await api.send(.get, "/orders", fields: fields).status == 200)
    }

    @Test
    func `a key and a stranger are looked up once in a while`() async throws {
        let api = try APIFixture()
        for _ in 0..<5 { _ = await api.send(.get, "/orders") }
        #expect(api.control.keyReads == 1)
        let guess: HTTPFields = [.authorization: "Bearer gwk_guess"]
        for _ in 0..<5 { #expect(await api.send(.get, "/orders", fields: guess).status == 401) }
        #expect(api.control.keyReads == 2)
        api.instant.advance(by: .seconds(6))
        _ = await api.send(.get, "/orders")
        #expect(api.control.keyReads == 3)
    }

    @Test
    func `a crowd that comes to a cold process looks its key up once`() async throws {
        let directory = ColdDirectory()
        let found = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<100 { group.addTask { try await directory.find() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(found == Array(repeating: "key", count: 100))
        #expect(directory.loads == 1)
    }

    @Test
    func `after a load that failed it is loaded again`() async throws {
        let directory = ColdDirectory(failures: 1)
        await #expect(throws: StoreError.self) { try await directory.find() }
        #expect(try await directory.find() == "key")
        #expect(directory.loads == 2)
    }

    @Test
    func `a database that is away is 503, not 401`() async throws {
        let api = try APIFixture()
        api.control.rows.withLock { $0.isDown = true }
        let refused = await api.send(.get, "/orders")
        #expect(refused.status == 503)
        #expect(refused.fields[.retryAfter] == "1")
    }

    @Test
    func `a key that has expired no longer opens`() async throws {
        let api = try APIFixture()
        let secret = APIKeySecret.generate()
        let key = APIKey(
            id: api.identifiers.make(),
            tenant: api.tenant,
            name: "short",
            permissions: [.view],
            rateLimit: nil,
            createdAt: api.clock.now,
            expiresAt: api.clock.now + .seconds(60),
            isRevoked: false
        )
        try await api.control.insert(key, hash: secret.hash)
        let fields: HTTPFields = [.authorization: "Bearer \(secret.text)"]
        #expect(await api.send(.get, "/orders", fields: fields).status == 200)
        // Also from the cache.
        api.clock.advance(by: .seconds(61))
        #expect(await api.send(.get, "/orders", fields: fields).status == 401)
    }

    @Test(arguments: Permission.allCases)
    func `without its permission an endpoint is 403 and names it`(
        permission: Permission
    ) async throws {
        let api = try APIFixture(permissions: Set(Permission.allCases).subtracting([permission]))
        for endpoint in RouteTable.endpoints where endpoint.operation.permission == permission {
            let operation = endpoint.operation
            let path = operation.path.replacing("{id}", with: "x").replacing("{key}", with: "x")
            let refused = await api.send(operation.method, path, "{}", key: "k")
            #expect(refused.status == 403)
            #expect(refused.code == "permission_denied")
        }
    }

    @Test
    func `a tenant's key reaches no other tenant`() async throws {
        let api = try APIFixture()
        let other: TenantID = api.identifiers.make()
        api.control.rows.withLock {
            $0.tenants[other] = Tenant(id: other, name: "other", state: .active)
        }
        let foreign: HTTPFields = ["Tenant-Id": other.description]
        let refused = await api.send(.get, "/orders", fields: foreign)
        #expect(refused.status == 404)
        #expect(refused.code == "tenant_not_found")
        let own: HTTPFields = ["Tenant-Id": api.tenant.description]
        #expect(await api.send(.get, "/orders", fields: own).status == 200)
    }

    @Test
    func `a platform key names its tenant in each request`() async throws {
        let api = try APIFixture(isPlatform: true)
        let unnamed = await api.send(.get, "/orders")
        #expect(unnamed.status == 400)
        #expect(unnamed.code == "tenant_required")
        let named: HTTPFields = ["Tenant-Id": api.tenant.description]
        #expect(await api.send(.get, "/orders", fields: named).status == 200)
        for id in ["ten_1", TenantID(api.identifiers.next()).description] {
            let unknown = await api.send(.get, "/orders", fields: ["Tenant-Id": id])
            #expect(unknown.status == 404)
        }
    }

    @Test
    func `a suspended tenant reads and does not move, a dropped one is gone`() async throws {
        let api = try APIFixture()
        let tenant = api.tenant
        api.control.rows.withLock {
            $0.tenants[tenant] = Tenant(id: tenant, name: "late", state: .suspended)
        }
        #expect(await api.send(.get, "/orders").status == 200)
        let body = #"{"amount":1,"currency":"USD","method":{"kind":"card"}}"#
        let refused = await api.send(.post, "/intents", body, key: "a")
        #expect(refused.status == 403)
        #expect(refused.code == "tenant_suspended")
        api.control.rows.withLock {
            $0.tenants[tenant] = Tenant(id: tenant, name: "gone", state: .dropped)
        }
        api.instant.advance(by: .seconds(6))
        #expect(await api.send(.get, "/orders").status == 404)
    }

    @Test
    func `a secret is never printed`() {
        let secret = APIKeySecret.generate()
        #expect("\(secret)" == "•••")
        #expect(String(reflecting: secret) == "•••")
        #expect(secret.text.hasPrefix("gwk_"))
        #expect(secret.text != APIKeySecret.generate().text)
    }
}

/// A cache in front of something slow that counts how often it is asked.
private final class ColdDirectory: Sendable {
    private let cache = ExpiringCache<Int, String>(lifetime: .seconds(5), capacity: 200)
    private let sleeper = ManualSleeper()
    private let now = ContinuousClock.now
    private let asked = Mutex(0)
    private let failures: Int

    init(failures: Int = 0) {
        self.failures = failures
    }

    var loads: Int { asked.withLock { $0 } }

    func find() async throws -> String? {
        let sleeper = sleeper
        return try await cache.value(
            of: 1,
            at: now,
            waiting: { await sleeper.sleep($0) },
            load
        )
    }

    private func load() async throws -> String? {
        let number = asked.withLock { asked in
            asked += 1
            return asked
        }
        if number <= failures { throw StoreError(.unavailable) }
        // The others come while this one still loads.
        for _ in 0..<1_000 { await Task.yield() }
        return "key"
    }
}
