import PaymentCore
import Postgres
import Reactor
import Storage
import Synchronization
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

    private final class Log: PostgresObserver {
        let sent = Mutex<[[String]]>([])

        func pipelineEnded(_ report: PipelineReport) {
            sent.withLock { $0.append(report.queries.map(\.statement.name)) }
        }
    }

    @Test
    func `what an operator looks at shares no transaction with what payments wait for`()
        async throws
    {
        try await withTenant { fixture, tenant in
            let log = Log()
            try await fixture.onNewPool(observer: log) { pool in
                let plans = PostgresPlanStore(pool: pool)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<4 {
                        group.addTask(executorPreference: pool.loop) {
                            _ = try await plans.policies(in: tenant)
                        }
                    }
                    group.addTask(executorPreference: pool.loop) {
                        _ = try await plans.retryBudget(from: nil, before: nil, in: tenant)
                    }
                    group.addTask(executorPreference: pool.loop) {
                        _ = try await plans.jobs(JobFilter(), limit: 10, in: tenant)
                    }
                    group.addTask(executorPreference: pool.loop) {
                        _ = try await plans.unknowns(after: nil, limit: 10, in: tenant)
                    }
                    try await group.waitForAll()
                }
            }
            let lists: Set = ["intent.retry_budget", "job.list", "attempt.unknowns"]
            let pipelines = log.sent.withLock { $0 }.map { sent in
                sent.filter { lists.contains($0) || $0 == "policy.newest" }
            }
            let beside = pipelines.filter { !lists.isDisjoint(with: $0) }
            #expect(beside.count == 3)
            #expect(beside.allSatisfy { $0.count == 1 }, "\(beside)")
        }
    }
}
