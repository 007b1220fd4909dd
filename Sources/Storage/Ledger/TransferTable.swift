internal import PaymentCore
internal import Postgres

/// The transfers of one tenant: written once, never changed.
enum TransferTable {
    /// All of a posting, or none if any one fails. It moves the balances of accounts that have a
    /// limit, and only of those: one that may not go so far has no value for `is_kept`.
    static let insert = Statement(
        "transfer.insert",
        """
        with part as (
            select * from unnest(
                $4::uuid[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::text[],
                $10::text[], $11::text[], $12::uuid[], $13::uuid[]
            ) with ordinality as part (
                id, phase, debit, credit, amount, currency, code, reference, pending_id,
                reverses_id, line
            )
        ), side as (
            select debit as account, 1 as debit, 0 as credit,
                case when phase = 'posted' then amount else 0 end as posted,
                case when phase = 'pending' then amount when pending_id is null then 0
                    else -amount end as pending
            from part
            union all
            select credit, 0, 1, case when phase = 'posted' then amount else 0 end,
                case when phase = 'pending' then amount when pending_id is null then 0
                    else -amount end
            from part
        ), moved as (
            select account, sum(debit * posted)::bigint as debits_posted,
                sum(credit * posted)::bigint as credits_posted,
                sum(debit * pending)::bigint as debits_pending,
                sum(credit * pending)::bigint as credits_pending
            from side group by account
        ), limited as (
            update ledger_limits l set
                debits_posted = l.debits_posted + m.debits_posted,
                credits_posted = l.credits_posted + m.credits_posted,
                debits_pending = l.debits_pending + m.debits_pending,
                credits_pending = l.credits_pending + m.credits_pending,
                is_kept = case
                    when not $14 or not l.is_active then true
                    when l.normal_side = 'credit' and m.debits_posted + m.debits_pending > 0
                        and l.debits_posted + m.debits_posted + l.debits_pending + m.debits_pending
                            > l.credits_posted + m.credits_posted + l.overdraft
                        then null
                    when l.normal_side = 'debit' and m.credits_posted + m.credits_pending > 0
                        and l.credits_posted + m.credits_posted + l.credits_pending
                            + m.credits_pending > l.debits_posted + m.debits_posted + l.overdraft
                        then null
                    else true
                end
            from moved m where l.account = m.account
        )
        insert into ledger_transfers (
            event_id, intent_id, sequence, line, id, phase, debit, credit, amount, currency, code,
            reference, pending_id, reverses_id
        )
        select $1, $2, $3, part.line, part.id, part.phase, part.debit, part.credit, part.amount,
            part.currency, part.code, part.reference, part.pending_id, part.reverses_id
        from part
        """
    )

    /// What every reading statement selects, in the order of ``read(_:)``.
    static let columns = """
        t.id, t.phase, t.pending_id, t.debit, t.credit, t.amount, t.currency, t.code, t.reference,
        t.reverses_id
        """

    static let ofIntent = Statement(
        "transfer.of_intent",
        assembledFromConstants: """
            select \(columns) from ledger_transfers t where t.intent_id = $1
            order by t.sequence, t.line
            """
    )
}

extension TransferTable {
    static func insert(_ posting: Posting) -> Query {
        let transfers = posting.transfers
        return insert(
            .id(posting.event),
            .id(posting.intent),
            .int64(posting.sequence),
            .ids(transfers.map(\.id)),
            .textArray(transfers.map(\.phase.name)),
            .textArray(transfers.map(\.debit.id)),
            .textArray(transfers.map(\.credit.id)),
            .int64Array(transfers.map(\.amount)),
            .textArray(transfers.map(\.currency.code)),
            .textArray(transfers.map(\.code.rawValue)),
            .textArray(transfers.map(\.reference)),
            .ids(transfers.map(\.phase.ended)),
            .ids(transfers.map(\.reverses)),
            .bool(posting.obeysLimits)
        )
    }

    /// What is sealed along with place and time, in the order of ``readSealed(_:at:booked:)``.
    static let sealedColumns = """
        t.id, t.event_id, t.line, t.intent_id, t.sequence, t.phase, t.debit, t.credit, t.amount,
        t.currency, t.code, t.reference, t.pending_id, t.reverses_id, t.posted_at
        """

    /// Reads ``sealedColumns``, word for word.
    ///
    /// - Parameters:
    ///   - position: its place in the books.
    ///   - booked: when that place was booked; nil for a new one, booked when it was posted but
    ///     not before `earliest`.
    static func readSealed(
        _ reader: inout ColumnReader,
        at position: Int64,
        booked: Timestamp? = nil,
        earliest: Timestamp = Timestamp(seconds: 0)
    ) throws(PostgresError) -> SealedTransfer {
        let id: TransferID = try reader.id()
        let event: EventID = try reader.id()
        let line = try reader.int64()
        let intent: IntentID? = try reader.idOrNil()
        let sequence = try reader.int64OrNil()
        let phase = try reader.text()
        let debit = try reader.text()
        let credit = try reader.text()
        let amount = try reader.int64()
        let currency = try reader.text()
        let code = try reader.text()
        let reference = try reader.text()
        let pending: TransferID? = try reader.idOrNil()
        let reverses: TransferID? = try reader.idOrNil()
        let postedAt = try reader.time()
        return SealedTransfer(
            position: position,
            bookedAt: booked ?? max(earliest, postedAt),
            id: id,
            event: event,
            line: line,
            intent: intent,
            sequence: sequence,
            phase: phase,
            debit: debit,
            credit: credit,
            amount: amount,
            currency: currency,
            code: code,
            reference: reference,
            pending: pending,
            reverses: reverses,
            postedAt: postedAt
        )
    }

    static func read(_ reader: inout ColumnReader) throws(PostgresError) -> Transfer {
        let id: TransferID = try reader.id()
        let phase = try reader.known(
            Transfer.Phase(name: reader.text(), ended: reader.idOrNil()),
            "phase"
        )
        let debit = try reader.known(LedgerAccount(id: reader.text()), "account")
        let credit = try reader.known(LedgerAccount(id: reader.text()), "account")
        let amount = Money(try reader.int64(), try reader.currency())
        let code: Transfer.Code = try reader.word()
        let reference = try reader.text()
        let reverses: TransferID? = try reader.idOrNil()
        do throws(TransferError) {
            return try Transfer(
                id: id,
                phase: phase,
                debit: debit,
                credit: credit,
                amount: amount,
                code: code,
                reference: reference,
                reverses: reverses
            )
        } catch {
            throw PostgresError(.decoding, "a stored transfer is none: \(error)")
        }
    }
}
