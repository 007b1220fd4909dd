import HTTP
import JSON
import PaymentCore
import Synchronization
import TestKit
import Testing

@testable import PaymentAPI

struct APIKeyTests {
    private let api: APIFixture

    init() throws {
        api = try APIFixture()
    }

    /// The fixture's key with limits of its own.
    private func bind(rateLimit: Int? = nil, expiresAt: Timestamp? = nil) {
        let key = APIKey(
            id: api.key.id,
            tenant: api.key.tenant,
            name: api.key.name,
            permissions: api.key.permissions,
            rateLimit: rateLimit,
            createdAt: api.key.createdAt,
            expiresAt: expiresAt,
            isRevoked: false
        )
        api.control.rows.withLock { $0.keys[api.secret.hash] = key }
    }

    private func make(_ more: String, by maker: APIFixture? = nil) async -> APIFixture.Exchange {
        let maker = maker ?? api
        let tenant: HTTPFields = [.tenantID: maker.tenant.description]
        let body = #"{"name":"n","permissions":["billing.view"]\#(more)}"#
        return await maker.send(.post, "/api-keys", body, fields: tenant)
    }

    @Test
    func `a key is told once, works, and is revoked at once here`() async throws {
        let body = #"{"name":"desk","permissions":["billing.view"],"rate_limit":10}"#
        let created = await api.send(.post, "/api-keys", body)
        #expect(created.status == 201)
        let secret = try #require(created.json["secret"]?.stringValue)
        let id = try #require(created.json["id"]?.stringValue)
        let fields: HTTPFields = [.authorization: "Bearer \(secret)"]
        #expect(await api.send(.get, "/orders", fields: fields).status == 200)
        #expect(await api.send(.get, "/api-keys", fields: fields).status == 403)
        let listed = await api.send(.get, "/api-keys")
        #expect(!String(decoding: listed.body, as: UTF8.self).contains(secret))
        #expect(await api.send(.delete, "/api-keys/\(id)").status == 204)
        #expect(await api.send(.delete, "/api-keys/\(id)").status == 404)
        #expect(await api.send(.get, "/orders", fields: fields).status == 401)
    }

    @Test
    func `a key gives no permission that it lacks`() async throws {
        let api = try APIFixture(permissions: [.manageKeys, .view])
        let body = #"{"name":"n","permissions":["billing.view","billing.refund"]}"#
        #expect(await api.send(.post, "/api-keys", body).status == 403)
    }

    @Test
    func `a key makes none that is faster than itself`() async {
        bind(rateLimit: 10)
        let faster = await make(#","rate_limit":11"#)
        #expect(faster.status == 422)
        #expect(faster.pointers == ["/rate_limit"])
        #expect(await make(#","rate_limit":10"#).json["rate_limit"] == 10)
        #expect(await make("").json["rate_limit"] == 10)
    }

    @Test
    func `a key without a rate of its own makes none above the setting`() async {
        let setting = api.state.configuration.limits.keyPerSecond
        #expect(await make(#","rate_limit":\#(setting + 1)"#).pointers == ["/rate_limit"])
        #expect(await make(#","rate_limit":\#(setting)"#).status == 201)
        #expect(await make("").json["rate_limit"] == .null)
    }

    @Test
    func `a key makes none that outlives it`() async {
        let end = api.clock.now + .seconds(3_600)
        bind(expiresAt: end)
        let longer = await make(#","expires_at":"\#((end + .seconds(1)).rfc3339)""#)
        #expect(longer.status == 422)
        #expect(longer.pointers == ["/expires_at"])
        #expect(await make("").json["expires_at"]?.stringValue == end.rfc3339)
        let shorter = api.clock.now + .seconds(60)
        let made = await make(#","expires_at":"\#(shorter.rfc3339)""#)
        #expect(made.json["expires_at"]?.stringValue == shorter.rfc3339)
    }

    @Test
    func `the platform's keys are not bound, but give no time that is over`() async throws {
        let platform = try APIFixture(isPlatform: true)
        #expect(await make(#","rate_limit":1000000"#, by: platform).status == 201)
        for maker in [api, platform] {
            let over = #","expires_at":"\#(maker.clock.now.rfc3339)""#
            let refused = await make(over, by: maker)
            #expect(refused.status == 422)
            #expect(refused.pointers == ["/expires_at"])
        }
    }
}
