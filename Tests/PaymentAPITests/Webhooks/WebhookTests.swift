import HTTP
import JSON
import PaymentCore
import Synchronization
import TestKit
import Testing

@testable import PaymentAPI

struct WebhookTests {
    private let api: APIFixture
    private let account: MerchantAccount

    init() throws {
        let vendor = try #require(VendorID("herald"))
        api = try APIFixture(deliveries: DeliveryVendor(vendor: vendor))
        account = .sample(api.identifiers.make(), of: api.tenant, at: vendor)
        let account = account
        api.control.rows.withLock { $0.accounts[account.id] = account }
    }

    private func deliver(
        _ body: String,
        to path: String,
        signature: String = "good"
    ) async -> APIFixture.Exchange {
        await api.send(
            .post,
            path,
            body,
            fields: [.host: "gateway", "X-Signature": signature]
        )
    }

    @Test
    func `a signed delivery is stored once and then answered`() async throws {
        let path = "/webhooks/v1/herald/\(account.id)"
        #expect(await deliver("evt-1", to: path).status == 200)
        #expect(await deliver("evt-1", to: path).status == 200)
        #expect(await deliver("evt-2", to: path).status == 200)
        #expect(api.inbox.webhooks.map(\.eventKey) == ["evt-1", "evt-2"])
        #expect(api.inbox.webhooks.allSatisfy { $0.tenant == api.tenant && $0.state == .received })
    }

    @Test
    func `a wrong signature is 400 and stores nothing`() async {
        let refused = await deliver(
            "evt-1",
            to: "/webhooks/v1/herald/\(account.id)",
            signature: "bad"
        )
        #expect(refused.status == 400)
        #expect(refused.code == "signature_invalid")
        #expect(api.inbox.webhooks.isEmpty)
    }

    @Test
    func `what a vendor tells of an account that takes no new payments is taken`() async {
        let inactive = MerchantAccount(
            id: api.identifiers.make(),
            tenant: api.tenant,
            vendor: account.vendor,
            name: "old",
            mode: .test,
            isDefault: false,
            isActive: false,
            settlementCurrency: nil,
            credentials: Credentials([:])
        )
        api.control.rows.withLock { $0.accounts[inactive.id] = inactive }
        #expect(await deliver("evt-1", to: "/webhooks/v1/herald/\(inactive.id)").status == 200)
        #expect(api.inbox.webhooks.map(\.account) == [inactive.id])
    }

    @Test
    func `an account that is unknown or another vendor's is 404`() async {
        let paths = [
            "/webhooks/v1/nobody/\(account.id)", "/webhooks/v1/herald/mac_1",
            "/webhooks/v1/herald/\(MerchantAccountID(api.identifiers.next()))",
            "/webhooks/v1/herald/\(api.account.id)",
        ]
        for path in paths {
            let refused = await deliver("evt-1", to: path)
            #expect(refused.status == 404)
            #expect(refused.code == "not_found")
        }
        #expect(api.inbox.webhooks.isEmpty)
    }

    @Test
    func `a delivery beyond the limit is 413`() async {
        let body = String(repeating: "x", count: 1_024 * 1_024 + 1)
        #expect(await deliver(body, to: "/webhooks/v1/herald/\(account.id)").status == 413)
    }

    @Test
    func `an operator lists, reads and replays what came`() async throws {
        _ = await deliver("evt-1", to: "/webhooks/v1/herald/\(account.id)")
        _ = await deliver("evt-2", to: "/webhooks/v1/herald/\(account.id)")
        let first = await api.send(.get, "/webhooks?limit=1&status=received&count=true")
        #expect(first.json["data"]?[0]?["event_id"] == "evt-2")
        #expect(first.json["has_more"] == true)
        #expect(first.json["count"]?["value"] == 2)
        let cursor = try #require(first.json["next"]?.stringValue)
        let second = await api.send(.get, "/webhooks?limit=1&after=\(cursor)")
        #expect(second.json["data"]?[0]?["event_id"] == "evt-1")
        #expect(second.json["has_more"] == false)
        let id = try #require(second.json["data"]?[0]?["id"]?.stringValue)
        #expect(await api.send(.get, "/webhooks/\(id)").json["event_type"] == "thing.happened")
        #expect(await api.send(.post, "/webhooks/\(id)/replay").status == 202)
        let missing = WebhookID(api.identifiers.next())
        #expect(await api.send(.post, "/webhooks/\(missing)/replay").status == 404)
    }
}
