internal import PaymentCore
internal import Postgres

/// The attempts of one tenant: what was asked is written once, what was answered moves forward.
enum AttemptTable {
    static let insert = Statement(
        "attempt.insert",
        """
        insert into attempts (
            id, intent_id, ordinal, operation, movement_id, origin, vendor, account_id, amount,
            reserved, is_final, reason, asked_by_key, asked_by_person, asked_at, method_kind,
            method_id, state, answer_kind, answer_code, answer_message, network_code, advice_code,
            retry_after_us, action_url, reference, moved_amount, answered_at, look_ups,
            is_escalated, details, fx_base, fx_quote, fx_rate, fx_source, fx_quoted_at,
            fx_provider, fx_settlement_amount, lease_until, shares
        ) values (
            $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
            $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36,
            $37, $38, now() + $39::bigint * interval '1 microsecond', $40
        )
        """
    )

    /// A guard: an open attempt may be answered, one that ended with nothing moved may turn out
    /// to have succeeded, a success may be reversed, and any state may be confirmed. Anything else
    /// fails the transaction.
    static let answer = Statement(
        "attempt.answer",
        """
        with answered as (
            update attempts set
                state = $3, answer_kind = $4, answer_code = $5, answer_message = $6,
                network_code = $7, advice_code = $8, retry_after_us = $9, action_url = $10,
                reference = $11, moved_amount = $12, answered_at = $13, look_ups = $14,
                is_escalated = $15, details = $16, approved_at = $17,
                lease_until = case
                    when $3 = 'asked' and state = 'awaiting_approval'
                        then now() + $18::bigint * interval '1 microsecond'
                    else lease_until
                end
            where id = $1 and intent_id = $2
            and (
                state = $3
                or case
                    when state in ('declined', 'rejected', 'not_done', 'abandoned')
                        then $3 in ('succeeded', 'pending')
                    when state = 'succeeded' then $3 = 'reversed'
                    else state <> 'reversed'
                end
            )
            returning state
        )
        select 1 / count(*) from answered
        """
    )

    /// What every reading statement selects, in the order of ``read(_:)``.
    static let columns = """
        a.id, a.operation, a.movement_id, a.ordinal, a.origin, a.vendor, a.account_id, a.amount,
        a.reserved, a.is_final, a.reason, a.asked_by_key, a.asked_by_person, a.asked_at,
        a.method_kind, a.method_id, a.state, a.answer_kind, a.answer_code, a.answer_message,
        a.network_code, a.advice_code, a.retry_after_us, a.action_url, a.reference,
        a.moved_amount, a.answered_at, a.look_ups, a.is_escalated, a.details,
        a.approved_at, coalesce(a.lease_until <= now(), false), a.shares, \(fxColumns)
        """
    /// What ``readFX(_:)`` reads.
    static let fxColumns = """
        a.fx_base, a.fx_quote, a.fx_rate, a.fx_source, a.fx_quoted_at, a.fx_provider,
        a.fx_settlement_amount
        """

    static let ofIntent = Statement(
        "attempt.of_intent",
        assembledFromConstants:
            "select \(columns) from attempts a where a.intent_id = $1 order by a.ordinal"
    )

    static let intentOfAttempt = Statement(
        "attempt.intent",
        "select intent_id from attempts where id = $1"
    )

    static let intentOfMovement = Statement(
        "attempt.intent_of_movement",
        "select intent_id from attempts where movement_id = $1"
    )

    static let intentOfReference = Statement(
        "attempt.intent_of_reference",
        """
        select intent_id from attempts where account_id = $1 and reference = $2
        order by id limit 1
        """
    )
}

extension AttemptTable {
    static func insert(
        _ attempt: Attempt,
        of intent: IntentID,
        lease: Duration
    ) -> Query {
        let fx = attempt.fx
        return Query(
            insert,
            [
                .id(attempt.id), .id(intent), .count(attempt.ordinal), .word(attempt.operation),
                .id(attempt.movement), .word(attempt.origin), .text(attempt.vendor.name),
                .id(orNull: attempt.account), .int64(attempt.amount), .int64(attempt.reserved),
                .bool(attempt.isFinal), .text(orNull: attempt.reason),
                .id(orNull: attempt.askedBy.key), .text(orNull: attempt.askedBy.person),
                .time(attempt.askedAt), .word(attempt.method), .id(orNull: attempt.methodID),
            ] + answer(of: attempt) + [
                .text(orNull: fx?.rate.base.code), .text(orNull: fx?.rate.quote.code),
                .text(orNull: fx?.rate.rate.text), .text(orNull: fx?.rate.source),
                .time(orNull: fx?.rate.quotedAt), .text(orNull: fx?.provider.name),
                .int64(orNull: fx?.settlementAmount.minorUnits),
                attempt.state == .asked ? .span(lease) : .null,
                .json(orNull: Documents.text(of: attempt.shares)),
            ]
        )
    }

    /// - Parameter lease: how long the asker of what was approved just now may take.
    static func answer(_ attempt: Attempt, of intent: IntentID, lease: Duration) -> Query {
        Query(
            answer,
            [.id(attempt.id), .id(intent)] + answer(of: attempt)
                + [.time(orNull: attempt.approvedAt), .span(lease)]
        )
    }

    /// What may change, in the order that both statements take it.
    private static func answer(of attempt: Attempt) -> [PostgresValue] {
        AnswerColumns(attempt.state).binds + [
            .said(attempt.reference), .int64(orNull: attempt.movedAmount),
            .time(orNull: attempt.answeredAt), .count(attempt.lookUps),
            .bool(attempt.isEscalated),
            .json(orNull: Documents.searchable(attempt.details)?.document),
        ]
    }

    /// Reads ``columns``.
    static func read(_ reader: inout ColumnReader) throws(PostgresError) -> Attempt {
        let id: AttemptID = try reader.id()
        let operation: Attempt.Operation = try reader.word()
        let movement = try reader.uuid()
        let ordinal = try reader.int()
        let origin: Attempt.Origin = try reader.word()
        let vendor = try reader.vendor()
        let account: MerchantAccountID? = try reader.idOrNil()
        let amount = try reader.int64()
        let reserved = try reader.int64()
        let isFinal = try reader.bool()
        let reason = try reader.textOrNil()
        let askedBy = try reader.actor()
        let askedAt = try reader.time()
        let method: MethodKind = try reader.word()
        let methodID: PaymentMethodID? = try reader.idOrNil()
        let state = try AnswerColumns(&reader).state()
        let reference = try reader.textOrNil()
        let movedAmount = try reader.int64OrNil()
        let answeredAt = try reader.timeOrNil()
        let lookUps = try reader.int()
        let isEscalated = try reader.bool()
        let details = try reader.textOrNil()
        let approvedAt = try reader.timeOrNil()
        let isLeaseExpired = try reader.bool()
        let shares = try Documents.shares(reader.textOrNil())
        return Attempt(
            id: id,
            operation: operation,
            movement: movement,
            ordinal: ordinal,
            origin: origin,
            vendor: vendor,
            account: account,
            amount: amount,
            reserved: reserved,
            isFinal: isFinal,
            reason: reason,
            askedBy: askedBy,
            askedAt: askedAt,
            method: method,
            methodID: methodID,
            fx: try readFX(&reader),
            shares: shares,
            state: state,
            reference: reference,
            movedAmount: movedAmount,
            answeredAt: answeredAt,
            lookUps: lookUps,
            isEscalated: isEscalated,
            details: details,
            approvedAt: approvedAt,
            isLeaseExpired: isLeaseExpired
        )
    }

    /// Reads ``fxColumns``; nil when no rate was frozen.
    static func readFX(_ reader: inout ColumnReader) throws(PostgresError) -> FXContext? {
        guard try !reader.isNull() else {
            reader.skip(7)
            return nil
        }
        let rate = try reader.rate()
        let provider = try reader.vendor()
        return FXContext(
            rate: rate,
            provider: provider,
            settlementAmount: Money(try reader.int64(), rate.quote)
        )
    }
}
