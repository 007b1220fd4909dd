import PaymentCore
import Postgres
import Storage
import TestKit
import Testing

/// The database states the core's rules again, on a path of its own.
@Suite
struct InvariantTests {
    @Test
    func `a transition is allowed exactly when single steps of the core lead there`() async throws {
        try await withTenant { fixture, tenant in
            let rows = try await fixture.sql(
                """
                select replace(pg_get_expr(conbin, 0), '(VALUE).', '') from pg_constraint
                where conname = 'intents_transition' and connamespace = $1::text::regnamespace
                """,
                .text(TenantSchema(tenant).role)
            )
            let rule = try rows.only.text(0)
            let states = IntentState.allCases.map(\.rawValue)
            let answers = try await fixture.pool.read(
                role: nil,
                [
                    Query(
                        Statement(
                            "test.transition",
                            sentOnce: """
                                select state_before, state from unnest($1::text[]) state_before,
                                unnest($1::text[]) state where \(rule)
                                """
                        ),
                        [.textArray(states)]
                    )
                ]
            )[0]
            let allowed = Set(try answers.map { try "\($0.text(0)) > \($0.text(1))" })
            let reachable = Set(
                IntentState.allCases.flatMap { state in
                    Self.reachable(from: state).map { "\(state.rawValue) > \($0.rawValue)" }
                }
            )
            #expect(allowed == reachable)
        }
    }

    private static func reachable(from state: IntentState) -> Set<IntentState> {
        var found: Set<IntentState> = [state]
        var border = found
        while !border.isEmpty {
            border = Set(border.flatMap(\.successors)).subtracting(found)
            found.formUnion(border)
        }
        return found
    }

    @Test
    func `every word that the core can store is one that the database takes`() async throws {
        let attempts = AttemptState.samples
        let words: [(table: String, words: [String])] = [
            ("intents", IntentState.allCases.map(\.rawValue)),
            ("intents", Intent.CaptureMethod.allCases.map(\.rawValue)),
            ("intents", MethodKind.allCases.map(\.rawValue)),
            ("attempts", Attempt.Operation.allCases.map(\.rawValue)),
            ("attempts", attempts.map(\.name)),
            ("attempts", Decline.Class.allCases.map(\.rawValue)),
            ("attempts", VendorRejection.Reason.allCases.map(\.rawValue)),
            ("idempotency_keys", RecoveryPoint.allCases.map(\.rawValue)),
            ("jobs", JobListing.State.allCases.map(\.rawValue)),
        ]
        try await withTenant { fixture, tenant in
            for (table, words) in words {
                let rows = try await fixture.sql(
                    """
                    select coalesce(string_agg(pg_get_constraintdef(c.oid), ' '), '')
                    from pg_constraint c where c.connamespace = current_schema()::regnamespace
                    and c.conname ^@ ($1 || '_')
                    """,
                    .text(table),
                    role: TenantSchema(tenant).role
                )
                let checks = try rows.only.text(0)
                for word in words {
                    #expect(checks.contains("'\(word)'"), "\(table): \(word)")
                }
            }
        }
    }

    @Test(arguments: AttemptState.samples)
    func `every answer passes the database's check and comes back`(
        state: AttemptState
    ) async throws {
        try await withTenant { fixture, tenant in
            let suite = StoreConformance(
                store: fixture.store,
                tenant: tenant
            )
            var payment = suite.new(suite.draft())
            let now = RealClock().now
            let attempt = Attempt(
                id: fixture.identifiers.make(),
                operation: .authorize,
                movement: fixture.identifiers.next(),
                ordinal: 1,
                origin: .gateway,
                vendor: .cash,
                account: nil,
                amount: 1,
                reserved: 0,
                isFinal: true,
                reason: nil,
                askedBy: .system,
                askedAt: now,
                method: .card,
                methodID: nil,
                state: state,
                answeredAt: now
            )
            let change = PaymentChange(
                after: payment.seal(lease: .zero, at: now).after,
                expectedVersion: 0,
                reservation: .none,
                inserted: [attempt],
                lease: .seconds(60),
                answered: []
            )
            try await fixture.payments.commit(Changeset(payment: change), in: tenant)
            let loaded = try await fixture.payments.payment(payment.intent.id, in: tenant)
            #expect(loaded?.attempts == [attempt])
        }
    }

    @Test
    func `sums that nothing explains are refused by the database`() async throws {
        try await withTenant { fixture, tenant in
            let suite = StoreConformance(
                store: fixture.store,
                tenant: tenant
            )
            let hold = try await suite.committedHold()
            let role = TenantSchema(tenant).role
            let id = PostgresValue.uuid(
                UInt128(hold.intent.id.uuid.high) << 64 | UInt128(hold.intent.id.uuid.low)
            )
            let breaches: [StaticString] = [
                "update intents set captured = 12501 where id = $1",
                "update intents set refunded = 1 where id = $1",
                "update intents set refund_reserved = 1 where id = $1",
                "update intents set capturable = -1 where id = $1",
                "update intents set capture_reserved = -1 where id = $1",
                "update intents set state = 'captured' where id = $1",
                "update intents set state_before = state, state = 'processing' where id = $1",
                "update attempts set state = 'declined' where intent_id = $1",
                "update attempts set state = 'nonsense' where intent_id = $1",
            ]
            for breach in breaches {
                do {
                    _ = try await fixture.sql(breach, id, role: role)
                    Issue.record("allowed: \(breach)")
                } catch let error as PostgresError {
                    #expect(error.sqlState == .checkViolation, "\(breach): \(error)")
                }
            }
        }
    }

    @Test
    func `rivals for one payment and one key never deadlock`() async throws {
        try await withTenant { fixture, tenant in
            let suite = StoreConformance(
                store: fixture.store,
                tenant: tenant
            )
            let hold = try await suite.committedHold()
            let before = try await Self.deadlocks(fixture)
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        let key = "key-\(number / 4)"
                        // Losing is right for most of them.
                        _ = try? await fixture.payments.revise(hold.intent.id, in: tenant) {
                            payment -> Revision<Bool> in
                            var payment = payment
                            let asked: Void? = try? payment.askCapture(
                                suite.asking(),
                                amount: 10,
                                isFinal: false,
                                capabilities: suite.capabilities
                            )
                            guard asked != nil else { return .leave(false) }
                            var changes = suite.sealed(&payment)
                            changes.idempotency = suite.begin(key)
                            changes.effect = WebhookEffect(account: suite.account, eventKey: key)
                            return .commit(changes, true)
                        }
                    }
                }
            }
            let loaded = try await fixture.payments.payment(hold.intent.id, in: tenant)
            #expect(loaded?.captures.count == 10, "each key once")
            #expect(try await Self.deadlocks(fixture) == before)
        }
    }

    private static func deadlocks(_ fixture: StorageFixture) async throws -> Int64 {
        let rows = try await fixture.sql(
            "select deadlocks from pg_stat_database where datname = current_database()"
        )
        return try rows.only.int64(0)
    }

    @Test
    func `what is past its retention is purged in bounded batches`() async throws {
        try await withTenant { fixture, tenant in
            let suite = StoreConformance(
                store: fixture.store,
                tenant: tenant
            )
            let answer = StoredAnswer(status: 201, body: "{}")
            for number in 0..<3 {
                try await fixture.payments.commit(
                    Changeset(
                        idempotency: suite.begin("k\(number)", answer: answer),
                        effect: WebhookEffect(account: suite.account, eventKey: "e\(number)"),
                        events: [suite.event(of: fixture.identifiers.make(), sequence: 1)]
                    ),
                    in: tenant
                )
            }
            try await fixture.payments.commit(
                Changeset(idempotency: suite.begin("open")),
                in: tenant
            )
            _ = try await fixture.jobs.publishEvents(limit: 2, in: tenant)
            _ = try await fixture.sealer.seal(tenant)
            #expect(try await fixture.jobs.purge(limit: 10, in: tenant) == 0)
            var retention = PostgresJobStore.Retention()
            retention.idempotencyKeys = .microseconds(1)
            retention.effects = .microseconds(1)
            retention.events = .microseconds(1)
            let hasty = PostgresJobStore(
                pool: fixture.pool,
                marks: fixture.marks,
                retention: retention
            )
            #expect(try await hasty.purge(limit: 2, in: tenant) == 6)
            // What is not published yet stays, however old it is.
            let backlog = try await fixture.jobs.backlog(in: tenant)
            #expect(backlog.unpublishedEvents)
        }
    }

    @Test
    func `what cannot be purged keeps nothing else from it`() async throws {
        try await withTenant { fixture, tenant in
            let suite = StoreConformance(store: fixture.store, tenant: tenant)
            let key = suite.begin("k", answer: StoredAnswer(status: 201, body: "{}"))
            try await fixture.payments.commit(Changeset(idempotency: key), in: tenant)
            let schema = TenantSchema(tenant)
            let table = "\(schema.role).webhook_effects"
            let revoke = "revoke delete on \(table) from \(schema.role)"
            try await fixture.pool.transaction(
                role: schema.owner,
                [Query(Statement("test.revoke", sentOnce: revoke))]
            )
            var retention = PostgresJobStore.Retention()
            retention.idempotencyKeys = .microseconds(1)
            let hasty = PostgresJobStore(
                pool: fixture.pool,
                marks: fixture.marks,
                retention: retention
            )
            let error = await #expect(throws: StoreError.self) {
                try await hasty.purge(limit: 2, in: tenant)
            }
            #expect(error?.code == .fault, "it is tried again, and told")
            let keys = try await fixture.sql(
                "select count(*) from idempotency_keys",
                role: schema.role
            )
            #expect(try keys.only.int64(0) == 0)
        }
    }
}

extension AttemptState {
    /// One of each, with every word that it may carry. The switch makes a new state stop here.
    static var samples: [AttemptState] {
        func covered(_ state: AttemptState) -> AttemptState {
            switch state {
            case .asked, .pending, .requiresAction, .unknown, .awaitingApproval, .succeeded,
                .declined, .rejected, .notDone, .abandoned, .reversed:
                state
            }
        }
        return [
            covered(.asked), .pending, .requiresAction(.redirect(url: "https://bank.example")),
            .requiresAction(.vendorLibraryWithheld), .awaitingApproval, .succeeded,
            .abandoned, .reversed(code: "x"),
        ] + NotDone.allCases.map { .notDone($0) }
            + UnknownReason.allCases.map { .unknown($0) }
            + Decline.Class.allCases.map { .declined(Decline($0, code: "c")) }
            + VendorRejection.Reason.allCases.map {
                .rejected(VendorRejection($0, code: "c", message: "m"))
            }
    }
}
