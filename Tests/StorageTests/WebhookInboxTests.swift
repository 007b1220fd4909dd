import PaymentCore
import Postgres
import Storage
import TestKit
import Testing

/// The inbox is shared by all tenants, so its tests run one after the other.
@Suite(.serialized)
struct WebhookInboxTests {
    private static let delivery = WebhookDelivery(
        fields: [("stripe-signature", "t=1,v1=a:b"), ("x-empty", "")],
        body: Array("{\"id\":\n\n\"evt_1\"}".utf8) + [0, 255]
    )

    private static func webhook(
        _ key: String,
        of account: MerchantAccount,
        _ fixture: StorageFixture
    ) -> Webhook {
        Webhook(
            fixture.identifiers.make(),
            key: key,
            type: "payment.succeeded",
            of: account,
            receivedAt: RealClock().now
        )
    }

    private static func account(
        _ fixture: StorageFixture,
        _ tenant: TenantID
    ) async throws -> MerchantAccount {
        let account = MerchantAccount(
            id: fixture.identifiers.make(),
            tenant: tenant,
            vendor: VendorID(known: "acme"),
            name: "main",
            mode: .test,
            isDefault: false,
            isActive: true,
            settlementCurrency: nil,
            credentials: Credentials([:])
        )
        try await fixture.control.insert(account, credentials: .stored(Credentials([:])))
        return account
    }

    /// Takes what is due of this account alone; what other tests left stays as it was.
    private static func claimed(
        of account: MerchantAccount,
        _ fixture: StorageFixture,
        lease: Duration = .seconds(60)
    ) async throws -> [ClaimedWebhook] {
        try await fixture.inbox.claim(limit: 1_000, lease: lease).filter {
            $0.webhook.account == account.id
        }
    }

    @Test
    func `an event is stored once per account and counted after that`() async throws {
        try await withTenant { fixture, tenant in
            let account = try await Self.account(fixture, tenant)
            let other = try await Self.account(fixture, tenant)
            let first = Self.webhook("evt_1", of: account, fixture)
            let second = Self.webhook("evt_2", of: account, fixture)
            let inbox = fixture.inbox
            let new = try await inbox.receive([first, second], delivery: Self.delivery)
            #expect(new == [first.id, second.id])
            let again = Self.webhook("evt_1", of: account, fixture)
            #expect(try await inbox.receive([again], delivery: Self.delivery) == [])
            let elsewhere = Self.webhook("evt_1", of: other, fixture)
            let there = try await inbox.receive([elsewhere], delivery: Self.delivery)
            #expect(there == [elsewhere.id], "another account's event is another event")
            #expect(try await inbox.webhook(first.id, of: tenant)?.duplicates == 1)
            #expect(try await inbox.webhook(first.id, of: fixture.identifiers.make()) == nil)
            let page = try await inbox.webhooks(of: tenant, state: .received, after: nil, limit: 2)
            #expect(page.map(\.id) == [elsewhere.id, second.id])
            let next = try await inbox.webhooks(
                of: tenant,
                state: nil,
                after: second.id,
                limit: 10
            )
            #expect(next.map(\.id) == [first.id])
        }
    }

    @Test
    func `a claimed webhook comes with its delivery and is leased`() async throws {
        try await withTenant { fixture, tenant in
            let account = try await Self.account(fixture, tenant)
            let webhooks = ["a", "b"].map { Self.webhook($0, of: account, fixture) }
            for webhook in webhooks {
                _ = try await fixture.inbox.receive([webhook], delivery: Self.delivery)
            }
            let claimed = try await Self.claimed(of: account, fixture)
            #expect(claimed.map(\.webhook.id) == webhooks.map(\.id))
            #expect(claimed.map(\.webhook.run) == [1, 1])
            let delivery = try #require(try await claimed[0].delivery())
            #expect(delivery.body == Self.delivery.body)
            #expect(delivery.fields.map(\.name) == ["stripe-signature", "x-empty"])
            #expect(delivery.fields.map(\.value) == ["t=1,v1=a:b", ""])
            #expect(try await Self.claimed(of: account, fixture).isEmpty)
            try await fixture.inbox.finish(webhooks[0].id, as: .applied, error: nil)
            try await fixture.inbox.finish(webhooks[1].id, as: .kept, error: nil)
            let inbox = fixture.inbox
            #expect(try await inbox.webhook(webhooks[0].id, of: tenant)?.state == .applied)
            #expect(try await inbox.replay(webhooks[0].id, of: tenant) == false)
            #expect(try await inbox.replay(webhooks[1].id, of: tenant))
            let again = try await Self.claimed(of: account, fixture)
            #expect(again.map(\.webhook.id) == [webhooks[1].id])
            try await inbox.finish(webhooks[1].id, as: .applied, error: nil)
        }
    }

    @Test
    func `a webhook that keeps failing dies and can be replayed`() async throws {
        try await withTenant { fixture, tenant in
            let account = try await Self.account(fixture, tenant)
            let webhook = Self.webhook("a", of: account, fixture)
            let inbox = fixture.inbox
            _ = try await inbox.receive([webhook], delivery: Self.delivery)
            for run in 1...2 {
                let claimed = try await Self.claimed(of: account, fixture)
                #expect(claimed.map(\.webhook.run) == [run])
                try await inbox.postpone(
                    webhook.id,
                    by: .seconds(-1),
                    maximumRuns: 2,
                    error: "no payment yet"
                )
            }
            let dead = try #require(try await inbox.webhook(webhook.id, of: tenant))
            #expect(dead.state == .dead)
            #expect(dead.lastError == "no payment yet")
            #expect(try await Self.claimed(of: account, fixture).isEmpty)
            #expect(try await inbox.replay(webhook.id, of: tenant))
            #expect(try await Self.claimed(of: account, fixture).map(\.webhook.run) == [1])
            try await inbox.finish(webhook.id, as: .applied, error: nil)
            #expect(try await inbox.purge(olderThan: .seconds(3_600), limit: 10) == 0)
            #expect(try await inbox.purge(olderThan: .seconds(-1), limit: 1_000) > 0)
            #expect(try await inbox.webhook(webhook.id, of: tenant) == nil)
        }
    }

    @Test
    func `past their retention go those that have ended, never those that wait`() async throws {
        try await withTenant { fixture, tenant in
            let account = try await Self.account(fixture, tenant)
            let inbox = fixture.inbox
            for state in Webhook.State.allCases {
                let webhook = Self.webhook(state.rawValue, of: account, fixture)
                _ = try await inbox.receive([webhook], delivery: Self.delivery)
                if state != .received { try await inbox.finish(webhook.id, as: state, error: nil) }
            }
            _ = try await inbox.purge(olderThan: .seconds(-1), limit: 1_000)
            let left = try await inbox.webhooks(of: tenant, state: nil, after: nil, limit: 10)
            #expect(Set(left.map(\.state)) == [.received, .dead])
            for webhook in left {
                try await inbox.finish(webhook.id, as: .applied, error: nil)
            }
        }
    }

    @Test
    func `one delivery that does not open, or whose key is lost, is claimed with the others`()
        async throws
    {
        try await withTenant { fixture, tenant in
            let account = try await Self.account(fixture, tenant)
            let webhooks = ["altered", "whole"].map { Self.webhook($0, of: account, fixture) }
            _ = try await fixture.inbox.receive(webhooks, delivery: Self.delivery)
            _ = try await fixture.sql(
                "update gateway_control.webhooks set delivery_sealed = '\\x00' where event_key = $1",
                "altered",
                role: TenantSchema.controlOwner
            )
            let claimed = try await Self.claimed(of: account, fixture, lease: .zero)
            #expect(try await claimed[0].delivery() == nil)
            #expect(try await claimed[1].delivery()?.body == Self.delivery.body)
            let stranger = PostgresWebhookInbox(
                pool: fixture.pool,
                keys: KeyRing(try LocalKeys(text: LocalKeys.line(named: "other")))
            )
            let lost = try await stranger.claim(limit: 1_000, lease: .seconds(60)).filter {
                $0.webhook.account == account.id
            }
            #expect(lost.count == 2)
            for webhook in lost {
                await #expect(throws: StoreError.self) { _ = try await webhook.delivery() }
                try await stranger.finish(webhook.webhook.id, as: .dead, error: "lost")
            }
            let ended = try await stranger.webhook(webhooks[1].id, of: tenant)
            #expect(ended?.state == .dead)
            #expect(ended?.lastError == "lost")
        }
    }

    @Test
    func `a body is not readable in the database`() async throws {
        try await withTenant { fixture, tenant in
            let account = try await Self.account(fixture, tenant)
            let webhook = Self.webhook("sealed", of: account, fixture)
            _ = try await fixture.inbox.receive([webhook], delivery: Self.delivery)
            let rows = try await fixture.sql(
                "select encode(delivery_sealed, 'escape') from webhooks where event_key = $1",
                "sealed",
                role: TenantSchema.control
            )
            #expect(try !rows.only.text(0).contains("evt_1"))
            try await fixture.inbox.finish(webhook.id, as: .applied, error: nil)
        }
    }
}
