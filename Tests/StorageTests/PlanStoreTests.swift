import PaymentCore
import Storage
import TestKit
import Testing

@Suite
struct PlanStoreTests {
    @Test(arguments: PlanConformance.Scenario.allCases)
    func `plans in Postgres keep the contract`(
        scenario: PlanConformance.Scenario
    ) async throws {
        try await withTenant { fixture, tenant in
            let suite = PlanConformance(store: fixture.store, plans: fixture.plans, tenant: tenant)
            try await suite.run(scenario)
        }
    }

    @Test(arguments: PlanConformance.Scenario.allCases)
    func `plans in memory keep the same contract`(
        scenario: PlanConformance.Scenario
    ) async throws {
        let store = InMemoryStore(clock: RealClock())
        let tenant: TenantID = TimedIdentifiers().make()
        try await PlanConformance(store: store, plans: store, tenant: tenant).run(scenario)
    }

    @Test
    func `a job whose program is gone becomes a dead letter and stops nobody`() async throws {
        try await withTenant { fixture, tenant in
            let role = TenantSchema(tenant).role
            _ = try await fixture.sql(
                """
                insert into jobs (kind, subject, state, due_at, run, epoch) values
                    ('fold_paper', 'old', 'ready', now() - interval '2 hours', 0, 1),
                    ('fold_paper', 'new', 'ready', now() - interval '1 minute', 0, 1),
                    ('purge', 'known', 'ready', now() - interval '3 hours', 0, 1)
                """,
                role: role
            )
            let all = Set(JobKind.allCases)
            let jobs = fixture.jobs
            let claimed = try await jobs.claim(all, limit: 9, lease: .seconds(60), in: tenant)
            #expect(claimed.map(\.subject) == ["known"])
            #expect(try #require(claimed.first).claimedAt - claimed[0].dueAt > .seconds(10_000))
            // A kind of a newer program waits for it.
            let dead = try await fixture.plans.jobs(
                JobFilter(state: .dead),
                limit: 9,
                in: tenant
            )
            #expect(dead.map(\.subject) == ["old"])
            #expect(dead.map(\.kind) == ["fold_paper"])
            let again = try await jobs.claim(all, limit: 9, lease: .seconds(60), in: tenant)
            #expect(again.isEmpty)
        }
    }

    @Test
    func `a card is counted under all its methods`() async throws {
        try await withTenant { fixture, tenant in
            let base = StoreConformance(store: fixture.store, tenant: tenant)
            var methods: [PaymentMethodID] = []
            for token in ["one", "two"] {
                var method = base.method(token: token, customer: nil)
                method.details.fingerprint = "same card"
                try await fixture.store.commit(
                    Changeset(methods: [.insert(method)]),
                    in: tenant
                )
                methods.append(method.id)
                var draft = base.draft()
                draft.method.id = method.id
                var payment = base.new(draft)
                try payment.askAuthorization(
                    base.asking(),
                    vendor: method.vendor,
                    account: method.account,
                    method: payment.intent.method,
                    fx: nil,
                    capabilities: base.capabilities
                )
                try await base.commit(&payment)
            }
            let counted = try await fixture.plans.tries(
                with: methods[0],
                amount: base.draft().amount,
                within: .seconds(3_600),
                in: tenant
            )
            #expect(counted == 2)
        }
    }
}
