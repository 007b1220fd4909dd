import PaymentCore
import Postgres
import Storage
import TestKit
import Testing

/// What work reads is what it is about, however much the tables hold beside it.
@Suite
struct BoundedReadTests {
    /// How many events were published and sealed before.
    private static let past: Int64 = 3_000
    /// How many transfers wait to be sealed.
    private static let waiting: Int64 = 10

    /// Books as they are after a while: a transfer an event, a head every hundred, a second between
    /// two; and the last few not sealed yet.
    private static func keepBooks(
        _ fixture: StorageFixture,
        _ tenant: TenantID
    ) async throws {
        let schema = TenantSchema(tenant)
        let filling = [
            """
            insert into outbox (
                id, aggregatetype, aggregateid, type, payload, sequence, position, occurred_at
            ) select md5('event' || n)::uuid, 'ledger', 'past', 'ledger.opened', '{}', n, n, now()
            from generate_series(1, \(past)) as n
            """,
            """
            insert into ledger_transfers (
                id, event_id, line, phase, debit, credit, amount, currency, code, reference
            ) select md5('transfer' || n)::uuid, md5('event' || n)::uuid, 1, 'posted', 'bank:USD',
                'fees:USD', n, 'USD', 'opening', 'test'
            from generate_series(1, \(past)) as n
            """,
            "insert into ledger_accounts (number, name) values (1, 'bank:USD'), (2, 'fees:USD')",
            """
            insert into ledger_seals (position, transfer_id, debit, credit, booked_at, hash)
            select n, md5('transfer' || n)::uuid, 1, 2, now() - (\(past) - n) * interval '1 second',
                decode(repeat('00', 32), 'hex')
            from generate_series(1, \(past)) as n
            """,
            """
            insert into ledger_heads (position, hash, booked_at, event_id)
            select position, hash, booked_at, md5('head' || position)::uuid from ledger_seals
            where position % 100 = 0
            """,
            """
            insert into ledger_snapshots (
                account, position, debits_posted, credits_posted, debits_pending, credits_pending,
                booked_at
            ) select account, position, (2 - account) * position * (position + 1) / 2,
                (account - 1) * position * (position + 1) / 2, 0, 0, booked_at
            from ledger_heads, (values (1), (2)) as accounts (account)
            """,
            """
            update ledger_sealer set event_position = \(past), position = \(past), accounts = 2,
                booked_at = now()
            """,
            "update publisher set last_position = \(past)",
        ]
        try await fixture.pool.transaction(
            role: schema.role,
            filling.map { Query(Statement("test.fill", sentOnce: $0)) }
        )
        let tables = [
            "outbox", "ledger_transfers", "ledger_accounts", "ledger_seals", "ledger_heads",
            "ledger_snapshots",
        ]
        try await fixture.pool.transaction(
            role: schema.owner,
            tables.map {
                Query(Statement("test.analyze", sentOnce: "analyze \(schema.role).\($0)"))
            }
        )
        try await SealTests.open(waiting, fixture, tenant)
        _ = try await fixture.jobs.publishEvents(limit: 100, in: tenant)
    }

    /// How many rows and index entries of a table `body` reads, by plans that know no values: those
    /// that a busy program comes to.
    private static func rowsRead(
        of table: String,
        _ fixture: StorageFixture,
        _ tenant: TenantID,
        _ body: (PostgresPool) async throws -> Void
    ) async throws -> Int64 {
        let schema = TenantSchema(tenant).role
        return try await fixture.onNewPool {
            // One connection: the next statement of a session finds its counts told.
            $0.maximumConnections = 1
            $0.sessionSettings["plan_cache_mode"] = "force_generic_plan"
        } _: { pool in
            let before = try await rowsRead(of: table, in: schema, pool)
            try await body(pool)
            return try await rowsRead(of: table, in: schema, pool) - before
        }
    }

    private static func rowsRead(
        of table: String,
        in schema: String,
        _ pool: PostgresPool
    ) async throws -> Int64 {
        let tell = Statement("test.tell", "select pg_stat_force_next_flush()::text")
        let count = Statement(
            "test.count",
            """
            select t.seq_tup_read + (
                select sum(idx_tup_read)::bigint from pg_stat_all_indexes where relid = t.relid
            )
            from pg_stat_all_tables t where schemaname = $1 and relname = $2
            """
        )
        try await pool.transaction(role: nil, [tell()])
        let rows = try await pool.transaction(role: nil, [count(.text(schema), .text(table))])
        return try rows[0].only.int64(0)
    }

    @Test(arguments: ["outbox", "ledger_transfers"])
    func `sealing reads what waits, not what is sealed`(table: String) async throws {
        try await withTenant { fixture, tenant in
            try await Self.keepBooks(fixture, tenant)
            let read = try await Self.rowsRead(of: table, fixture, tenant) { pool in
                let sealed = try await fixture.sealer(on: pool).seal(tenant)
                #expect(sealed?.transfers == Int(Self.waiting))
                #expect(sealed?.head.position == Self.past + Self.waiting)
            }
            #expect(read < 100)
        }
    }

    @Test
    func `a purge that may take nothing looks at no more than it would have taken`() async throws {
        try await withTenant { fixture, tenant in
            try await Self.keepBooks(fixture, tenant)
            let read = try await Self.rowsRead(of: "outbox", fixture, tenant) { pool in
                let jobs = PostgresJobStore(pool: pool, marks: fixture.marks)
                let gone = try await jobs.purge(limit: 100, in: tenant)
                #expect(gone == 0)
            }
            #expect(read < 200)
        }
    }

    @Test
    func `balances read the latest sums and what follows them`() async throws {
        try await withTenant { fixture, tenant in
            try await Self.keepBooks(fixture, tenant)
            let bank = LedgerAccount(.bank, in: .usd)
            func held(_ pool: PostgresPool, at moment: Timestamp?) async throws -> Int64? {
                let balances = try await PostgresLedger(pool: pool).balances(at: moment, in: tenant)
                return balances.first { $0.account == bank }?.balance.debitsPosted
            }
            let now = try await Self.rowsRead(of: "ledger_transfers", fixture, tenant) { pool in
                let sum = Self.past * (Self.past + 1) / 2 + Self.waiting * (Self.waiting + 1) / 2
                let bank = try await held(pool, at: nil)
                #expect(bank == sum)
            }
            #expect(now < 100)
            let then = try await Self.rowsRead(of: "ledger_transfers", fixture, tenant) { pool in
                let place = Self.past - 50
                let booked = try await fixture.sql(
                    """
                    select (extract(epoch from booked_at) * 1000000)::bigint from ledger_seals
                    where position = $1
                    """,
                    .int64(place),
                    role: TenantSchema(tenant).role
                )
                let moment = Timestamp(microseconds: try booked.only.int64(0))
                let bank = try await held(pool, at: moment)
                #expect(bank == place * (place + 1) / 2)
            }
            #expect(then < 100)
        }
    }

    @Test
    func `a limit comes to hold without reading the whole ledger`() async throws {
        try await withTenant { fixture, tenant in
            try await Self.keepBooks(fixture, tenant)
            let bank = LedgerAccount(.bank, in: .usd)
            try await fixture.watch.setLimit(of: bank, overdraft: 0, in: tenant)
            _ = try await fixture.sql(
                "update ledger_limits set set_at = now() - interval '2 minutes'",
                role: TenantSchema(tenant).role
            )
            let read = try await Self.rowsRead(of: "ledger_transfers", fixture, tenant) { pool in
                _ = try await fixture.watch(on: pool).check(tenant)
            }
            #expect(try await fixture.watch.limits(in: tenant).map(\.isActive) == [true])
            #expect(read < 100)
        }
    }
}
