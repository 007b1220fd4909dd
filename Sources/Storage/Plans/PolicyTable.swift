internal import JSON
internal import PaymentCore
internal import Postgres

/// The versions of a tenant's policies, and the history that retries judge by.
enum PolicyTable {
    static let newest = Statement(
        "policy.newest",
        """
        select version, retry, hold, changed_by_key, changed_by_person, changed_at
        from policies order by version desc limit 1
        """
    )

    static let insert = Statement(
        "policy.insert",
        """
        insert into policies (version, retry, hold, changed_by_key, changed_by_person, changed_at)
        values ($1, $2, $3, $4, $5, $6)
        """
    )

    /// A card has the same fingerprint under every method of an account. No network has counted
    /// what never reached a vendor.
    static let tries = Statement(
        "policy.tries",
        """
        select count(*) from attempts a join intents i on i.id = a.intent_id
        where a.operation = 'authorize' and a.amount = $2 and i.currency = $3
        and a.asked_at > now() - $4::bigint * interval '1 microsecond'
        and a.state not in ('rejected', 'not_done', 'abandoned')
        and a.method_id in (
            select $1::uuid
            union
            select other.id from payment_methods mine
            join payment_methods other on other.account_id = mine.account_id
            and other.details ->> 'fingerprint' = mine.details ->> 'fingerprint'
            where mine.id = $1::uuid
        )
        """
    )

    static func insert(_ stored: StoredPolicies) -> Query {
        insert(
            .int64(stored.version),
            .json(text(of: stored.policies.retry)),
            .json(text(of: stored.policies.hold)),
            .id(orNull: stored.changedBy.key),
            .text(orNull: stored.changedBy.person),
            .time(stored.changedAt)
        )
    }

    static func read(_ row: Row) throws(PostgresError) -> StoredPolicies {
        var reader = ColumnReader(row)
        let version = try reader.int64()
        let retry = retry(try Documents.object(reader.text()))
        let hold = hold(try Documents.object(reader.text()))
        return StoredPolicies(
            policies: Policies(retry: retry, hold: hold),
            version: version,
            changedBy: try reader.actor(),
            changedAt: try reader.time()
        )
    }

    // Durations in seconds. What an older version did not know has its standard value.

    private static func text(of policy: RetryPolicy) -> String {
        var writer = JSONWriter()
        writer.object { object in
            object.member("mode", policy.mode.rawValue)
            object.member("maximum_retries", policy.maximumRetries)
            object.member("window", policy.window.components.seconds)
            object.member("soft_pause", policy.softPause.components.seconds)
            object.member("funds_pause", policy.fundsPause.components.seconds)
            object.member("temporary_pause", policy.temporaryPause.components.seconds)
            object.array("pay_days") { for day in policy.payDays.sorted() { $0.element(day) } }
            object.member("pay_hour", policy.payHour)
            object.member("pay_day_reach", policy.payDayReach.components.seconds)
        }
        return writer.text
    }

    private static func retry(_ object: JSONObject) -> RetryPolicy {
        var policy = RetryPolicy()
        policy.mode = object["mode"]?.stringValue.flatMap(RetryPolicy.Mode.init) ?? policy.mode
        policy.maximumRetries =
            object["maximum_retries"]?.integerValue.map(Int.init) ?? policy.maximumRetries
        policy.window = seconds(object["window"]) ?? policy.window
        policy.softPause = seconds(object["soft_pause"]) ?? policy.softPause
        policy.fundsPause = seconds(object["funds_pause"]) ?? policy.fundsPause
        policy.temporaryPause = seconds(object["temporary_pause"]) ?? policy.temporaryPause
        let days = object["pay_days"]?.arrayValue?.compactMap { $0.integerValue.map(Int.init) }
        policy.payDays = days.map { Set($0) } ?? policy.payDays
        policy.payHour = object["pay_hour"]?.integerValue.map(Int.init) ?? policy.payHour
        policy.payDayReach = seconds(object["pay_day_reach"]) ?? policy.payDayReach
        return policy
    }

    private static func text(of policy: HoldPolicy) -> String {
        var writer = JSONWriter()
        writer.object { object in
            object.member("warn_before", policy.warnBefore.components.seconds)
            object.member("action", policy.action.rawValue)
            object.member("act_before", policy.actBefore.components.seconds)
            object.object("lifetimes") { lifetimes in
                for (name, life) in policy.lifetimes.sorted(by: { $0.key < $1.key }) {
                    lifetimes.member(name, life.components.seconds)
                }
            }
        }
        return writer.text
    }

    private static func hold(_ object: JSONObject) -> HoldPolicy {
        var policy = HoldPolicy()
        policy.warnBefore = seconds(object["warn_before"]) ?? policy.warnBefore
        policy.action = object["action"]?.stringValue.flatMap(HoldPolicy.Action.init) ?? .none
        policy.actBefore = seconds(object["act_before"]) ?? policy.actBefore
        for member in object["lifetimes"]?.objectValue?.members ?? [] {
            policy.lifetimes[member.name] = seconds(member.value)
        }
        return policy
    }

    private static func seconds(_ value: JSONValue?) -> Duration? {
        value?.integerValue.map { .seconds($0) }
    }
}
