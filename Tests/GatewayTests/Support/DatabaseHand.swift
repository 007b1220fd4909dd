import Postgres
import Reactor

/// A superuser's hand on a stack's database: sees and holds what no caller of the gateway can.
struct DatabaseHand: Sendable {
    private let pool: PostgresPool
    /// Of the stack's tenant: the newest of the database.
    private let schema: String

    /// Runs `body` on a loop of its own.
    static func on(
        _ stack: TestStack,
        _ body: @escaping @Sendable (DatabaseHand) async throws -> Void
    ) async throws {
        let loop = try EventLoop(name: "database-hand")
        loop.start()
        let url = PostgresURL(stack.databaseURL)
        let result: Result<Void, any Error> = await {
            do {
                try await loop.submit {
                    let pool = try PostgresPool(
                        loop: loop,
                        blocking: BlockingPool(name: "database-hand", threads: 1),
                        configuration: PostgresConfiguration(url: url)
                    )
                    let newest = try await pool.read(role: nil, [Self.newestSchema()])
                    let hand = DatabaseHand(pool: pool, schema: try newest[0].only.text(0))
                    try await body(hand)
                    await pool.drain(within: .seconds(1))
                }
                return .success(())
            } catch {
                return .failure(error)
            }
        }()
        await loop.stop()
        try result.get()
    }

    private static let newestSchema = Statement(
        "hand.schema",
        """
        select n.nspname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relname = 'attempts' order by n.oid desc limit 1
        """
    )

    private var attempts: String { table("attempts") }

    private func table(_ name: String) -> String { "\"\(schema)\".\(name)" }

    /// Movements that were asked for and not answered.
    func asked() async throws -> Int {
        try await count("select count(*) from \(attempts) where state = 'asked'")
    }

    /// Transactions that wait to write a table, if not told otherwise attempts.
    func waiting(for name: String = "attempts") async throws -> Int {
        try await count(
            """
            select count(*) from pg_locks
            where not granted and relation = '\(table(name))'::regclass
            """
        )
    }

    /// Lets nobody write attempts while `body` runs.
    func holdingAttempts(_ body: () async throws -> Void) async throws {
        try await holding("attempts", body)
    }

    /// Lets nobody write a table of the tenant while `body` runs.
    func holding(_ name: String, _ body: () async throws -> Void) async throws {
        try await pool.interactive(role: nil, deadline: .now + .seconds(60)) { transaction in
            let lock = Statement(
                "hand.lock",
                sentOnce: "lock table \(table(name)) in exclusive mode"
            )
            try await transaction.run([lock()])
            try await body()
        }
    }

    /// Says that every tenant may have work.
    func markTenants() async throws {
        let mark = Statement(
            "hand.mark",
            sentOnce: "update gateway_control.tenants set marked_at = now()"
        )
        _ = try await pool.transaction(role: nil, [mark()])
    }

    /// Leaves so many events of one aggregate to be published, of which one is large, and says so.
    func leaveEvents(_ count: Int, of aggregate: String, large: Int) async throws {
        let insert = Statement(
            "hand.events",
            sentOnce: """
                insert into \(table("outbox")) (
                    id, aggregatetype, aggregateid, type, payload, sequence, occurred_at
                )
                select gen_random_uuid(), 'transaction', '\(aggregate)', 'transaction.updated',
                    json_build_object('note', repeat('-', case n when \(large) then 50000 else 1 end)),
                    n, now()
                from generate_series(1, \(count)) n
                """
        )
        _ = try await pool.transaction(role: nil, [insert()])
        try await markTenants()
    }

    /// Takes what is large out of an event.
    func shrinkEvent(_ sequence: Int, of aggregate: String) async throws {
        let update = Statement(
            "hand.shrink",
            sentOnce: """
                update \(table("outbox")) set payload = '{}'
                where aggregateid = '\(aggregate)' and sequence = \(sequence)
                """
        )
        _ = try await pool.transaction(role: nil, [update()])
    }

    /// Takes back all of a tenant's making but its first commit, as if it had been cut short there.
    func unmake(tenantNamed name: String) async throws {
        let undo = Statement(
            "hand.unmake",
            sentOnce: """
                do $$
                declare
                    schema text = (
                        select 'tenant_' || replace(id::text, '-', '') || '_payments'
                        from gateway_control.tenants where name = '\(name)'
                    );
                begin
                    execute format('drop schema %I cascade', schema);
                    execute format('drop role %I, %I', schema, schema || '_owner');
                    update gateway_control.tenants
                    set schema_version = 0, served_from = null, marked_at = null, next_due_at = null
                    where name = '\(name)';
                end
                $$
                """
        )
        _ = try await pool.transaction(role: nil, [undo()])
    }

    /// Gives a tenant notifications that come due one after the other, and takes the key away that
    /// opens them.
    ///
    /// - Parameter every: the time between two of them.
    func leaveUnreadable(
        _ number: Int,
        every pause: Duration,
        ofTenantNamed tenant: String
    ) async throws {
        let pause = pause.components.attoseconds / 1_000_000_000_000
        let rows = Statement(
            "hand.unreadable",
            sentOnce: """
                with tenant as (
                    select id from gateway_control.tenants where name = '\(tenant)'
                ), gone as (
                    update gateway_control.tenant_keys set wrapped = '\\x00'
                    where tenant_id in (select id from tenant)
                )
                insert into gateway_control.webhooks (
                    id, tenant_id, account_id, vendor, event_key, event_type, state, due_at, run,
                    duplicates, delivery_sealed, delivery_key
                )
                select gen_random_uuid(), a.tenant_id, a.id, a.vendor, n::text, 'lost', 'received',
                    now() + n * interval '\(pause) us', 0, 0, '\\x00', 1
                from gateway_control.merchant_accounts a, generate_series(1, \(number)) n
                where a.tenant_id in (select id from tenant)
                """
        )
        _ = try await pool.transaction(role: nil, [rows()])
    }

    /// Makes a stored notification due whose runs have ended their process each time.
    func leaveFatal(_ event: String, runs: Int) async throws {
        let due = Statement(
            "hand.fatal",
            sentOnce: """
                update gateway_control.webhooks
                set state = 'received', due_at = now(), run = \(runs)
                where event_key = '\(event)'
                """
        )
        _ = try await pool.transaction(role: nil, [due()])
    }

    /// Makes what the newest tenant has received so much older.
    func ageNotifications(by age: Duration) async throws {
        let old = Statement(
            "hand.old",
            sentOnce: """
                update gateway_control.webhooks
                set received_at = received_at - interval '\(age.components.seconds) s'
                where tenant_id = (
                    select id from gateway_control.tenants order by id desc limit 1
                )
                """
        )
        _ = try await pool.transaction(role: nil, [old()])
    }

    /// Lets no secret of a subscription open that there is.
    func spoilSubscriptionSecrets() async throws {
        let spoil = Statement(
            "hand.spoil",
            sentOnce: "update \(table("event_subscriptions")) set secret_sealed = '\\x00'"
        )
        _ = try await pool.transaction(role: nil, [spoil()])
    }

    /// Lets the control schema say, while `body` runs, that it lacks its newest migration.
    func withOlderControlSchema(_ body: () async throws -> Void) async throws {
        let record = "update gateway_control.schema_migrations set version = -version"
        let newest = "where version = (select max(version) from gateway_control.schema_migrations)"
        let older = Statement("hand.older", sentOnce: "\(record) \(newest)")
        let restored = Statement("hand.restored", sentOnce: "\(record) where version < 0")
        _ = try await pool.transaction(role: nil, [older()])
        try await body()
        _ = try await pool.transaction(role: nil, [restored()])
    }

    /// Lets nothing be sealed into the books while `body` runs.
    func withoutSealing(_ body: () async throws -> Void) async throws {
        let seals = "alter table \"\(schema)\".ledger_seals"
        let close = Statement(
            "hand.close",
            sentOnce: "\(seals) add constraint closed check (false) not valid"
        )
        let open = Statement("hand.open", sentOnce: "\(seals) drop constraint closed")
        _ = try await pool.transaction(role: nil, [close()])
        try await body()
        _ = try await pool.transaction(role: nil, [open()])
    }

    private func count(_ sql: String) async throws -> Int {
        let rows = try await pool.read(role: nil, [Statement("hand.count", sentOnce: sql)()])
        return try rows[0].only.int(0)
    }
}
