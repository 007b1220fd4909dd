import HTTP
import JSON
import PaymentCore
import Synchronization
import TestKit
import Testing

@testable import PaymentAPI

/// Where deliveries may come from, and whose they are when their address does not say.
struct WebhookSourceTests {
    private static let vendor = VendorID(known: "herald")

    private func fixture(
        _ configuration: APIConfiguration = APIConfiguration()
    ) throws -> APIFixture {
        try APIFixture(
            configuration: configuration,
            deliveries: DeliveryVendor(vendor: Self.vendor)
        )
    }

    private func account(
        _ api: APIFixture,
        networks: [String] = [],
        route: String? = nil
    ) throws -> MerchantAccount {
        let account = MerchantAccount(
            id: api.identifiers.make(),
            tenant: api.tenant,
            vendor: Self.vendor,
            name: "main",
            mode: .test,
            isDefault: false,
            isActive: true,
            settlementCurrency: nil,
            credentials: Credentials([:]),
            webhookNetworks: try networks.map { try #require(IPNetwork($0)) },
            webhookRoute: route
        )
        api.control.rows.withLock { $0.accounts[account.id] = account }
        return account
    }

    private func deliver(
        _ api: APIFixture,
        to account: MerchantAccount?,
        from peer: String = "203.0.113.9",
        signature: String = "good",
        fields extra: HTTPFields = HTTPFields()
    ) async -> APIFixture.Exchange {
        var fields = extra
        fields.append(.host, "gateway")
        fields.append("X-Signature", signature)
        let path = "/webhooks/v1/herald" + (account.map { "/\($0.id)" } ?? "")
        return await api.send(.post, path, "evt-1", fields: fields, from: peer)
    }

    @Test(arguments: [
        (["203.0.113.0/24"], "203.0.113.9", 200),
        (["198.51.100.0/24", "203.0.113.9"], "203.0.113.9", 200),
        (["198.51.100.0/24"], "203.0.113.9", 403),
        (["2001:db8::/32"], "2001:db8::9", 200),
        (["2001:db8::/32"], "2001:db9::9", 403),
        ([], "203.0.113.9", 200),
    ])
    func `a delivery comes from where its account allows`(
        networks: [String],
        peer: String,
        status: Int
    ) async throws {
        let api = try fixture()
        let account = try account(api, networks: networks)
        let answer = await deliver(api, to: account, from: peer)
        #expect(answer.status == status)
        #expect(api.inbox.webhooks.count == (status == 200 ? 1 : 0))
        if status == 403 { #expect(answer.code == "address_not_allowed") }
    }

    @Test func `the service's list holds for accounts without one of their own`() async throws {
        var configuration = APIConfiguration()
        configuration.webhookNetworks[Self.vendor] = [try #require(IPNetwork("10.1.0.0/16"))]
        let api = try fixture(configuration)
        let plain = try account(api)
        let own = try account(api, networks: ["203.0.113.0/24"])
        #expect(await deliver(api, to: plain).status == 403)
        #expect(await deliver(api, to: plain, from: "10.1.2.3").status == 200)
        #expect(await deliver(api, to: own).status == 200)
        #expect(await deliver(api, to: own, from: "10.1.2.3").status == 403)
    }

    @Test func `behind a trusted proxy its word counts, and nobody else's`() async throws {
        var configuration = APIConfiguration()
        configuration.trustedProxies = TrustedProxies([try #require(IPNetwork("10.0.0.0/8"))])
        let api = try fixture(configuration)
        let account = try account(api, networks: ["203.0.113.0/24"])
        let good: HTTPFields = ["X-Forwarded-For": "198.51.100.1, 203.0.113.9"]
        #expect(await deliver(api, to: account, from: "10.0.0.1", fields: good).status == 200)
        // Said by the client, not by the proxy.
        let claimed: HTTPFields = ["X-Forwarded-For": "203.0.113.9, 198.51.100.1"]
        #expect(await deliver(api, to: account, from: "10.0.0.1", fields: claimed).status == 403)
        #expect(await deliver(api, to: account, from: "198.51.100.1", fields: good).status == 403)
    }

    @Test func `the vendor's own field names the account, and its secret decides`() async throws {
        let api = try fixture()
        let named = try account(api, networks: ["203.0.113.0/24"], route: "shop-1")
        _ = try account(api, route: "shop-2")
        let fields: HTTPFields = ["X-Shop": "shop-1"]
        #expect(await deliver(api, to: nil, signature: "bad", fields: fields).status == 400)
        #expect(await deliver(api, to: nil, from: "192.0.2.1", fields: fields).status == 403)
        #expect(await deliver(api, to: nil, fields: fields).status == 200)
        #expect(api.inbox.webhooks.map(\.account) == [named.id])
    }

    @Test func `a delivery that names no account, or two, is nobody's`() async throws {
        let api = try fixture()
        _ = try account(api, route: "shared")
        _ = try account(api, route: "shared")
        for fields: HTTPFields in [[:], ["X-Shop": "shared"], ["X-Shop": "unknown"]] {
            let refused = await deliver(api, to: nil, fields: fields)
            #expect(refused.status == 404)
            #expect(refused.code == "account_not_named")
        }
        #expect(api.inbox.webhooks.isEmpty)
    }

    @Test func `networks are set, shown and changed at run time`() async throws {
        let api = try fixture()
        let made = await api.send(
            .post,
            "/adapters/accounts",
            """
            {"vendor":"bookkeeper","name":"n","mode":"test","webhook_networks":["10.0.0.0/8","::1"],
            "credentials":{"fields":{"secret_key":"k"}}}
            """.replacing("bookkeeper", with: api.vendor.vendor.name)
        )
        #expect(made.status == 201, "\(made.json)")
        let id = try #require(made.json["id"]?.stringValue)
        #expect(made.json["webhook_networks"] == ["10.0.0.0/8", "0:0:0:0:0:0:0:1/128"])
        let renamed = await api.send(.patch, "/adapters/accounts/\(id)", #"{"name":"m"}"#)
        #expect(renamed.json["webhook_networks"]?.arrayValue?.count == 2)
        let cleared = await api.send(
            .patch,
            "/adapters/accounts/\(id)",
            #"{"webhook_networks":[]}"#
        )
        #expect(cleared.json["webhook_networks"] == [])
        let refused = await api.send(
            .patch,
            "/adapters/accounts/\(id)",
            #"{"webhook_networks":["10.0.0.0/8","10.0.0.0/33","host.example"]}"#
        )
        #expect(refused.status == 422)
        #expect(refused.pointers == ["/webhook_networks/1", "/webhook_networks/2"])
    }
}
