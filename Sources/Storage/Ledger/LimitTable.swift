internal import PaymentCore
internal import Postgres

/// The limits of one tenant's accounts.
enum LimitTable {
    /// Counts from now on, and holds from ``activate``. Changing one does not restart the count.
    static let set = Statement(
        "limit.set",
        """
        insert into ledger_limits (
            account, normal_side, overdraft, is_active, debits_posted, credits_posted,
            debits_pending, credits_pending, is_kept
        ) values ($1, $2, $3, false, 0, 0, 0, 0, true)
        on conflict (account) do update set overdraft = excluded.overdraft
        """
    )

    static let remove = Statement(
        "limit.remove",
        "delete from ledger_limits where account = $1"
    )

    private static let columns = """
        l.account, l.overdraft, l.is_active, l.debits_posted, l.credits_posted, l.debits_pending,
        l.credits_pending
        """

    static let all = Statement(
        "limit.all",
        assembledFromConstants: "select \(columns) from ledger_limits l order by l.account"
    )

    /// Those before which nothing that still runs began, locked: what is posted to them
    /// now waits until they are counted. What has not seen a limit began before its commit.
    static let ripe = Statement(
        "limit.ripe",
        """
        select account from ledger_limits
        where not is_active and set_at < now() - $1::bigint * interval '1 microsecond'
        order by account for update
        """
    )

    static let waiting = Statement(
        "limit.waiting",
        "select count(*) from ledger_limits where not is_active"
    )

    /// Counts all that was posted. Runs under the lock of ``ripe`` as a statement of its own: it
    /// sees what was committed by then, and nothing is posted meanwhile.
    static let activate = Statement(
        "limit.activate",
        """
        update ledger_limits set
            is_active = true, debits_posted = $2, credits_posted = $3, debits_pending = $4,
            credits_pending = $5
        where account = $1
        """
    )

    static func read(_ row: Row) throws(PostgresError) -> LedgerLimit {
        var reader = ColumnReader(row)
        return LedgerLimit(
            account: try reader.known(LedgerAccount(id: reader.text()), "account"),
            overdraft: try reader.int64(),
            isActive: try reader.bool(),
            balance: try BooksTable.readBalance(&reader)
        )
    }
}
