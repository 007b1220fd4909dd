internal import PaymentCore
internal import Postgres

/// The sealing of one tenant's transfers: their places, their hashes, and what had gone through
/// the accounts.
enum SealTable {
    /// Takes the turn: whoever holds the row is the sealer until its commit.
    static let takeTurn = Statement(
        "seal.take_turn",
        """
        select s.event_position, s.position, s.hash, s.booked_at, s.accounts, s.events,
            p.last_position, now()
        from ledger_sealer s, publisher p
        where s.id = 1 and p.id = 1 for update of s
        """
    )

    /// Whether a transfer `t` of a published event `o` is not sealed yet. The sealer's row is asked
    /// for its values, not joined: with a join the index of places is read from its beginning.
    static let isUnsealed = """
        o.position >= (select event_position from ledger_sealer where id = 1)
        and (o.position, t.line) > (
            select event_position, event_line from ledger_sealer where id = 1
        )
        """

    /// The next transfers in the feed's order, with the numbers that their accounts have. Runs
    /// after ``takeTurn`` as a statement of its own: its snapshot is younger than the lock.
    static let waiting = Statement(
        "seal.waiting",
        assembledFromConstants: """
            select o.position, d.number, c.number, \(TransferTable.sealedColumns)
            from outbox o
            join ledger_transfers t on t.event_id = o.id
            left join ledger_accounts d on d.name = t.debit
            left join ledger_accounts c on c.name = t.credit
            where \(isUnsealed)
            and o.position <= (select event_position + $1 from ledger_sealer where id = 1)
            order by o.position, t.line limit $2
            """
    )

    static let open = Statement(
        "seal.open_accounts",
        """
        insert into ledger_accounts (number, name)
        select opened.number, opened.name
        from unnest($1::bigint[], $2::text[]) as opened (number, name)
        """
    )

    static let insert = Statement(
        "seal.insert",
        """
        insert into ledger_seals (position, transfer_id, debit, credit, booked_at, hash)
        select sealed.position, sealed.transfer_id, sealed.debit, sealed.credit,
            timestamptz 'epoch' + sealed.booked * interval '1 microsecond',
            decode(sealed.hash, 'hex')
        from unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[])
            as sealed (position, transfer_id, debit, credit, booked, hash)
        """
    )

    /// Adds what the batch did to each account to its latest sums.
    static let snapshot = Statement(
        "seal.snapshot",
        """
        insert into ledger_snapshots (
            account, position, debits_posted, credits_posted, debits_pending, credits_pending,
            booked_at
        )
        select moved.account, $1, coalesce(last.debits_posted, 0) + moved.debits_posted,
            coalesce(last.credits_posted, 0) + moved.credits_posted,
            coalesce(last.debits_pending, 0) + moved.debits_pending,
            coalesce(last.credits_pending, 0) + moved.credits_pending, $2
        from unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[]) as moved (
            account, debits_posted, credits_posted, debits_pending, credits_pending
        )
        left join lateral (
            select s.debits_posted, s.credits_posted, s.debits_pending, s.credits_pending
            from ledger_snapshots s where s.account = moved.account
            order by s.position desc limit 1
        ) as last on true
        """
    )

    static let insertHead = Statement(
        "seal.head",
        """
        insert into ledger_heads (position, hash, booked_at, event_id, key_name, signature)
        values ($1, $2, $3, $4, $5, $6)
        """
    )

    static let giveTurn = Statement(
        "seal.give_turn",
        """
        update ledger_sealer set
            event_position = $1, event_line = $2, position = $3, hash = $4, booked_at = $5,
            accounts = $6, events = $7
        where id = 1
        """
    )
}
