internal import PaymentCore
internal import Postgres

/// Reads of one tenant's books: balances, statements, the chain.
enum BooksTable {
    /// What the transfers `t` of an `only` list do to one side, as sums of one account.
    private static let sides = """
        select debit as name,
            case when phase = 'posted' then amount else 0 end as debits_posted,
            0::bigint as credits_posted,
            case when phase = 'pending' then amount when pending_id is null then 0 else -amount end
                as debits_pending,
            0::bigint as credits_pending
        from tail
        union all
        select credit, 0, case when phase = 'posted' then amount else 0 end, 0,
            case when phase = 'pending' then amount when pending_id is null then 0 else -amount end
        from tail
        """

    private static let sums = """
        coalesce(sum(debits_posted), 0)::bigint, coalesce(sum(credits_posted), 0)::bigint,
        coalesce(sum(debits_pending), 0)::bigint, coalesce(sum(credits_pending), 0)::bigint
        """

    /// Every account now: its latest snapshot and what is not sealed yet.
    ///
    /// The planner cannot know how few transfers follow the snapshots, and would read all of them to
    /// join the last: `offset 0` has each looked up by its key, here and in ``balancesAt``.
    static let balancesNow = Statement(
        "books.balances_now",
        assembledFromConstants: """
            with tail as (
                select t.debit, t.credit, t.amount, t.phase, t.pending_id
                from outbox o cross join lateral (
                    select * from ledger_transfers where event_id = o.id offset 0
                ) t
                where o.position is null
                union all
                select t.debit, t.credit, t.amount, t.phase, t.pending_id
                from outbox o cross join lateral (
                    select * from ledger_transfers where event_id = o.id offset 0
                ) t
                where \(SealTable.isUnsealed)
                and o.position <= (select last_position from publisher where id = 1)
            ), sides as (
                \(sides)
                union all
                select a.name, s.debits_posted, s.credits_posted, s.debits_pending,
                    s.credits_pending
                from ledger_accounts a cross join lateral (
                    select * from ledger_snapshots where account = a.number
                    order by position desc limit 1
                ) s
            )
            select name, \(sums) from sides group by name order by name
            """
    )

    /// Every account at a place: its snapshot there, and what follows it within the batch.
    static let balancesAt = Statement(
        "books.balances_at",
        assembledFromConstants: """
            with batch as (
                select coalesce(max(position), 0) as begin from ledger_heads where position <= $1
            ), tail as (
                select t.debit, t.credit, t.amount, t.phase, t.pending_id
                from ledger_seals s cross join lateral (
                    select * from ledger_transfers where id = s.transfer_id offset 0
                ) t
                where s.position > (select begin from batch) and s.position <= $1
            ), sides as (
                \(sides)
                union all
                select a.name, s.debits_posted, s.credits_posted, s.debits_pending,
                    s.credits_pending
                from ledger_accounts a cross join lateral (
                    select * from ledger_snapshots
                    where account = a.number and position <= (select begin from batch)
                    order by position desc limit 1
                ) s
            )
            select name, \(sums) from sides group by name order by name
            """
    )

    /// The last place that was booked before a moment; 0 when none was.
    static let place = Statement(
        "books.place",
        """
        with batch as (
            select coalesce((
                select position from ledger_heads where booked_at < $1
                order by booked_at desc, position desc limit 1
            ), 0) as begin
        )
        select coalesce((
            select max(s.position) from ledger_seals s, batch
            where s.position > batch.begin and s.booked_at < $1
            and s.position <= (
                select min(h.position) from ledger_heads h where h.position > batch.begin
            )
        ), (select begin from batch))
        """
    )

    static let accountNumber = Statement(
        "books.account",
        "select number from ledger_accounts where name = $1"
    )

    /// One account at a place.
    static let balance = Statement(
        "books.balance",
        assembledFromConstants: """
            with last as (
                select position, debits_posted, credits_posted, debits_pending, credits_pending
                from ledger_snapshots where account = $1 and position <= $2
                order by position desc limit 1
            ), moved as (
                select position, transfer_id from ledger_seals
                where debit = $1 and position <= $2
                and position > coalesce((select position from last), 0)
                union all
                select position, transfer_id from ledger_seals
                where credit = $1 and position <= $2
                and position > coalesce((select position from last), 0)
            ), tail as (
                select t.debit, t.credit, t.amount, t.phase, t.pending_id
                from moved join ledger_transfers t on t.id = moved.transfer_id
            ), sides as (
                select * from (
                    \(sides)
                ) as both_sides where name = (select name from ledger_accounts where number = $1)
                union all
                select '', debits_posted, credits_posted, debits_pending, credits_pending from last
            )
            select \(sums) from sides
            """
    )

    /// An account's transfers in a range of places.
    static let statement = Statement(
        "books.statement",
        assembledFromConstants: """
            with moved as (
                (
                    select position, booked_at, transfer_id from ledger_seals
                    where debit = $1 and position > $2 and position <= $3
                    order by position limit $4
                )
                union all
                (
                    select position, booked_at, transfer_id from ledger_seals
                    where credit = $1 and position > $2 and position <= $3
                    order by position limit $4
                )
            )
            select s.position, s.booked_at, \(TransferTable.sealedColumns)
            from (select * from moved order by position limit $4) as s
            join ledger_transfers t on t.id = s.transfer_id order by s.position
            """
    )

    static let entries = Statement(
        "books.entries",
        assembledFromConstants: """
            select s.position, s.booked_at, s.hash, \(TransferTable.sealedColumns)
            from ledger_seals s join ledger_transfers t on t.id = s.transfer_id
            where s.position > $1 order by s.position limit $2
            """
    )

    private static let headColumns = "position, hash, booked_at, key_name, signature"

    static let lastHead = Statement(
        "books.head",
        assembledFromConstants:
            "select \(headColumns) from ledger_heads order by position desc limit 1"
    )

    static let heads = Statement(
        "books.heads",
        assembledFromConstants: """
            select \(headColumns) from ledger_heads where position > $1
            order by position limit $2
            """
    )

    /// Payments whose every transfer is sealed up to a place.
    static let intents = Statement(
        "books.intents",
        """
        select i.id, i.currency, i.captured, i.refunded, i.capturable, i.refund_reserved
        from intents i
        where i.id > $2 and not exists (
            select from ledger_transfers t left join ledger_seals s on s.transfer_id = t.id
            where t.intent_id = i.id and (s.position is null or s.position > $1)
        )
        order by i.id limit $3
        """
    )
}

extension BooksTable {
    static func readBalance(_ reader: inout ColumnReader) throws(PostgresError) -> LedgerBalance {
        LedgerBalance(
            debitsPosted: try reader.int64(),
            creditsPosted: try reader.int64(),
            debitsPending: try reader.int64(),
            creditsPending: try reader.int64()
        )
    }

    static func readHead(_ row: Row) throws(PostgresError) -> LedgerHead {
        var reader = ColumnReader(row)
        let position = try reader.int64()
        let hash = try reader.bytes()
        let bookedAt = try reader.time()
        let key = try reader.textOrNil()
        let signature = try reader.bytesOrNil()
        var head = LedgerHead(position: position, hash: hash, bookedAt: bookedAt)
        if let key, let signature {
            head.signature = LedgerHead.Signature(key: key, bytes: signature)
        }
        return head
    }

    static func readAccount(
        _ reader: inout ColumnReader
    ) throws(PostgresError) -> LedgerAccountBalance {
        let account = try reader.known(LedgerAccount(id: reader.text()), "account")
        return LedgerAccountBalance(account: account, balance: try readBalance(&reader))
    }
}
