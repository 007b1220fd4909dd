internal import PaymentCore
internal import Postgres

/// The durable jobs of one tenant.
enum JobTable {
    /// The epoch starts at the clock, so that a claim from before a deletion never fits again.
    /// Either moment or delay may be null, and then does not count.
    static let schedule = Statement(
        "job.schedule",
        """
        insert into jobs (kind, subject, state, due_at, run, epoch)
        values (
            $1, $2, 'ready',
            least($3::timestamptz, now() + $4::bigint * interval '1 microsecond'), 0,
            (extract(epoch from now()) * 1000000)::bigint
        )
        on conflict (kind, subject) do update set
            state = 'ready', due_at = excluded.due_at, run = 0, epoch = jobs.epoch + 1,
            last_error = null
        """
    )

    static let clear = Statement(
        "job.clear",
        "delete from jobs where kind = $1 and subject = $2"
    )

    /// What nobody claimed for an hour has a kind that no program knows any more: in a rolling
    /// upgrade the newer one would have claimed it.
    static let claim = Statement(
        "job.claim",
        """
        with due as (
            select kind, subject, due_at, kind = any($1::text[]) as is_known from jobs
            where state = 'ready' and due_at <= now()
            and (kind = any($1::text[]) or due_at < now() - interval '1 hour')
            order by due_at limit $2 for update skip locked
        ), claimed as (
            update jobs set
                state = case when due.is_known then 'ready' else 'dead' end,
                run = run + 1, epoch = epoch + 1,
                due_at = now() + $3::bigint * interval '1 microsecond',
                last_error = case
                    when due.is_known then last_error
                    else 'no program knows this kind of job'
                end
            from due where jobs.kind = due.kind and jobs.subject = due.subject
            returning jobs.kind, jobs.subject, jobs.run, jobs.epoch, due.due_at, due.is_known
        )
        select kind, subject, run, epoch, now(), due_at from claimed
        where is_known order by due_at, subject
        """
    )

    static let finish = Statement(
        "job.finish",
        "delete from jobs where kind = $1 and subject = $2 and epoch = $3"
    )

    static let postpone = Statement(
        "job.postpone",
        """
        update jobs set
            state = case when run >= $5::bigint then 'dead' else 'ready' end,
            run = $7::bigint,
            due_at = now() + $4::bigint * interval '1 microsecond', last_error = $6
        where kind = $1 and subject = $2 and epoch = $3
        """
    )

    /// What its tenant's end left undone. A run under way can no longer end one of them.
    static let bury = Statement(
        "job.bury",
        """
        update jobs set state = 'dead', epoch = epoch + 1, last_error = $1 where state = 'ready'
        """
    )

    /// What was buried with this reason is due again.
    static let revive = Statement(
        "job.revive",
        """
        update jobs set
            state = 'ready', due_at = now(), run = 0, epoch = epoch + 1, last_error = null
        where state = 'dead' and last_error = $1
        """
    )

    static let list = Statement(
        "job.list",
        """
        select kind, subject, state, run, due_at, last_error from jobs
        where ($1::text is null or state = $1) and ($3::text is null or kind = $3)
        and ($4::text is null or subject = $4)
        and ($5::timestamptz is null or (due_at, kind, subject) > ($5, $6::text, $7::text))
        order by due_at, kind, subject limit $2
        """
    )

    static let cancel = Statement(
        "job.cancel",
        assembledFromConstants: """
            update jobs set state = 'dead', epoch = epoch + 1, last_error = $3
            where kind = $1 and subject = $2 and \(keyedState(is: "ready"))
            """
    )

    /// When payments are looked after next.
    static let looks = Statement(
        "job.looks",
        assembledFromConstants: """
            select subject, due_at from jobs
            where kind = 'follow_payment' and subject = any($1::text[])
            and \(keyedState(is: "ready"))
            """
    )

    static let retry = Statement(
        "job.retry",
        """
        update jobs set
            state = 'ready', due_at = now(), run = 0, epoch = epoch + 1, last_error = null
        where kind = $1 and subject = $2
        """
    )
}

extension JobTable {
    static func query(for change: JobChange) -> Query {
        switch change {
        case .schedule(let kind, let subject, .at(let moment)):
            schedule(.word(kind), .text(subject), .time(moment), .null)
        case .schedule(let kind, let subject, .after(let delay)):
            schedule(.word(kind), .text(subject), .null, .span(delay))
        case .schedule(let kind, let subject, .soonest(let delay, let moment)):
            schedule(.word(kind), .text(subject), .time(moment), .span(delay))
        case .clear(let kind, let subject): clear(.word(kind), .text(subject))
        case .finish(let job): finish(.word(job.kind), .text(job.subject), .int64(job.epoch))
        }
    }

    static func read(_ row: Row) throws(PostgresError) -> Job {
        var reader = ColumnReader(row)
        return Job(
            kind: try reader.word(),
            subject: try reader.text(),
            run: try reader.int(),
            epoch: try reader.int64(),
            claimedAt: try reader.time(),
            dueAt: try reader.time()
        )
    }

    static func readListing(_ row: Row) throws(PostgresError) -> JobListing {
        var reader = ColumnReader(row)
        return JobListing(
            kind: try reader.text(),
            subject: try reader.text(),
            state: try reader.word(),
            run: try reader.int(),
            dueAt: try reader.time(),
            lastError: try reader.textOrNil()
        )
    }
}
