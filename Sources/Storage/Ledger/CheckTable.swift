internal import PaymentCore
internal import Postgres

/// Reads that look for what is wrong with one tenant's books.
enum CheckTable {
    /// The chain as it is stored, even where it is corrupt.
    static let places = Statement(
        "check.places",
        assembledFromConstants: """
            select s.position, s.transfer_id, s.hash, s.booked_at, s.debit, s.credit,
                \(TransferTable.sealedColumns)
            from ledger_seals s left join ledger_transfers t on t.id = s.transfer_id
            where s.position > $1 order by s.position limit $2
            """
    )

    static let accounts = Statement(
        "check.accounts",
        "select number, name from ledger_accounts"
    )

    static let expected = Statement(
        "check.expected",
        """
        select greatest(
            (select position from ledger_sealer where id = 1),
            coalesce((select max(position) from ledger_heads), 0),
            coalesce((select max(position) from ledger_seals), 0)
        )
        """
    )

    static let snapshots = Statement(
        "check.snapshots",
        """
        select a.name, s.debits_posted, s.credits_posted, s.debits_pending, s.credits_pending
        from ledger_accounts a left join lateral (
            select * from ledger_snapshots where account = a.number and position <= $1
            order by position desc limit 1
        ) s on true
        where s.position is not null order by a.name
        """
    )

    /// Payments whose sums are not what their transfers leave on the merchant's balance; both are
    /// of one snapshot, so what is under way disagrees in nothing.
    static let disagreements = Statement(
        "check.disagreements",
        """
        with sides as (
            select intent_id, currency,
                case when phase = 'posted' then amount else 0 end as posted,
                case when phase = 'pending' then amount when pending_id is null then 0
                    else -amount end as pending,
                0::bigint as refund_posted, 0::bigint as refund_pending
            from ledger_transfers
            where intent_id is not null and credit = 'merchant_balance:' || currency
            union all
            select intent_id, currency, 0, 0,
                case when phase = 'posted' then amount else 0 end,
                case when phase = 'pending' then amount when pending_id is null then 0
                    else -amount end
            from ledger_transfers
            where intent_id is not null and debit = 'merchant_balance:' || currency
        ), books as (
            select intent_id, currency, sum(posted) - sum(refund_posted) as net,
                sum(pending) as held, sum(refund_pending) as refunding
            from sides group by intent_id, currency
        )
        select coalesce(i.id, b.intent_id)
        from intents i full join books b on b.intent_id = i.id and b.currency = i.currency
        where i.id is null or i.captured - i.refunded <> coalesce(b.net, 0)
        or i.capturable <> coalesce(b.held, 0) or i.refund_reserved <> coalesce(b.refunding, 0)
        order by 1 limit $1
        """
    )

    static let untold = Statement(
        "check.untold",
        """
        select count(*) from ledger_transfers t
        where not exists (select from ledger_seals s where s.transfer_id = t.id)
        and not exists (select from outbox o where o.id = t.event_id)
        """
    )

    /// How many wait to be sealed, and since when.
    static let waiting = Statement(
        "check.waiting",
        """
        select count(*), min(t.posted_at), now()
        from ledger_transfers t
        where not exists (select from ledger_seals s where s.transfer_id = t.id)
        """
    )

    static func readPlace(_ row: Row) throws(PostgresError) -> ChainCheck.Place {
        var reader = ColumnReader(row)
        let position = try reader.int64()
        let id: TransferID = try reader.id()
        let hash = try reader.bytes()
        let booked = try reader.time()
        let debit = try reader.int64()
        let credit = try reader.int64()
        let isGone = try reader.isNull()
        return ChainCheck.Place(
            position: position,
            transferID: id,
            hash: hash,
            debit: debit,
            credit: credit,
            transfer: isGone
                ? nil : try TransferTable.readSealed(&reader, at: position, booked: booked)
        )
    }
}
