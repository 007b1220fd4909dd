internal import PaymentCore
internal import Postgres

/// The idempotency keys of one tenant.
enum IdempotencyTable {
    /// The primary key is the guard: a second taker fails, waiting for the first one's commit.
    static let begin = Statement(
        "idempotency.begin",
        """
        insert into idempotency_keys (
            key, fingerprint, operation, recovery_point, intent_id, attempt_id, answer_status,
            answer_body, running_until
        ) values ($1, $2, $3, $4, $5, $6, $7, $8, now() + $9::bigint * interval '1 microsecond')
        """
    )

    /// A guard: only a key that nobody runs and that has no answer is taken again.
    static let resume = Statement(
        "idempotency.resume",
        """
        with changed as (
            update idempotency_keys set
                attempt_id = coalesce($2, attempt_id),
                running_until = now() + $3::bigint * interval '1 microsecond'
            where key = $1 and recovery_point <> 'completed' and running_until <= now()
            returning key
        )
        select 1 / count(*) from changed
        """
    )

    /// A guard: a key that was answered meanwhile is never moved on.
    static let proceed = Statement(
        "idempotency.proceed",
        """
        with changed as (
            update idempotency_keys set
                attempt_id = $2, running_until = now() + $3::bigint * interval '1 microsecond'
            where key = $1 and recovery_point <> 'completed'
            returning key
        )
        select 1 / count(*) from changed
        """
    )

    /// No guard: a key that was answered meanwhile keeps its answer, and that is fine.
    static let release = Statement(
        "idempotency.release",
        """
        update idempotency_keys set recovery_point = $2, running_until = now()
        where key = $1 and recovery_point <> 'completed'
        """
    )

    /// A guard: the first answer stands.
    static let complete = Statement(
        "idempotency.complete",
        """
        with changed as (
            update idempotency_keys set
                recovery_point = 'completed', answer_status = $2, answer_body = $3,
                running_until = now()
            where key = $1 and recovery_point <> 'completed'
            returning key
        )
        select 1 / count(*) from changed
        """
    )

    /// No guard: money that moved is booked, whatever its key was answered meanwhile.
    static let offer = Statement(
        "idempotency.offer",
        """
        update idempotency_keys set
            recovery_point = 'completed', answer_status = $2, answer_body = $3,
            running_until = now()
        where key = $1 and recovery_point <> 'completed'
        """
    )

    static let byKey = Statement(
        "idempotency.by_key",
        """
        select key, fingerprint, operation, recovery_point, intent_id, attempt_id, answer_status,
            answer_body, running_until > now() and recovery_point <> 'completed', created_at
        from idempotency_keys where key = $1
        """
    )

    /// A key without its answer is kept longer: its payment may still be looked up.
    static let purge = Statement(
        "idempotency.purge",
        """
        delete from idempotency_keys where key in (
            select key from idempotency_keys
            where created_at < now() - $1::bigint * interval '1 microsecond'
            and (
                recovery_point = 'completed'
                or created_at < now() - 30 * $1::bigint * interval '1 microsecond'
            )
            order by created_at limit $2 for update skip locked
        )
        """
    )
}

extension IdempotencyTable {
    static func query(for change: IdempotencyChange) -> Query {
        switch change {
        case .begin(
            let key,
            let fingerprint,
            let operation,
            let intent,
            let attempt,
            let recoveryPoint,
            let answer,
            let running
        ):
            begin(
                .text(key),
                .bytes(fingerprint),
                .text(operation),
                .word(recoveryPoint),
                .id(orNull: intent),
                .id(orNull: attempt),
                .int64(orNull: answer.map { Int64($0.status) }),
                .text(orNull: answer?.body),
                .span(running)
            )
        case .resume(let key, let attempt, let running):
            resume(.text(key), .id(orNull: attempt), .span(running))
        case .proceed(let key, let attempt, let running):
            proceed(.text(key), .id(attempt), .span(running))
        case .release(let key, let recoveryPoint): release(.text(key), .word(recoveryPoint))
        case .complete(let key, let answer):
            complete(.text(key), .count(answer.status), .text(answer.body))
        case .offer(let key, let answer):
            offer(.text(key), .count(answer.status), .text(answer.body))
        }
    }

    static func read(_ row: Row) throws(PostgresError) -> IdempotencyRecord {
        var reader = ColumnReader(row)
        let key = try reader.text()
        let fingerprint = try reader.bytes()
        let operation = try reader.text()
        let recoveryPoint: RecoveryPoint = try reader.word()
        let intent: IntentID? = try reader.idOrNil()
        let attempt: AttemptID? = try reader.idOrNil()
        let status = try reader.intOrNil()
        let body = try reader.textOrNil()
        var answer: StoredAnswer?
        if let status, let body { answer = StoredAnswer(status: status, body: body) }
        return IdempotencyRecord(
            key: key,
            fingerprint: fingerprint,
            operation: operation,
            recoveryPoint: recoveryPoint,
            intent: intent,
            attempt: attempt,
            answer: answer,
            isRunning: try reader.bool(),
            createdAt: try reader.time()
        )
    }
}
