internal import PaymentCore
internal import Postgres

/// The routes of all tenants, one row per version.
enum RouteVersions {
    static let current = Statement(
        "route.current_version",
        "select coalesce(max(version), 0) from routes where tenant_id = $1"
    )

    /// The highest version that is not above `$2`.
    static let upTo = Statement(
        "route.up_to",
        """
        select version, rules, changed_by_key, changed_by_person, changed_at
        from routes where tenant_id = $1 and version <= $2
        order by version desc limit 1
        """
    )

    /// A guard: fails unless the version before is the one that holds now. Two that write the same
    /// version at once collide on the primary key.
    static let insert = Statement(
        "route.insert",
        """
        with made as (
            insert into routes (
                tenant_id, version, rules, changed_by_key, changed_by_person, changed_at
            )
            select $1, $2::bigint, $3, $4, $5, $6
            where $2::bigint = 1 + (
                select coalesce(max(version), 0) from routes where tenant_id = $1
            )
            returning version
        )
        select 1 / count(*) from made
        """
    )

    static func read(_ row: Row) throws(PostgresError) -> StoredRoutes {
        var reader = ColumnReader(row)
        return StoredRoutes(
            version: try reader.int64(),
            rules: try RuleDocument.rules(reader.text()),
            changedBy: try reader.actor(),
            changedAt: try reader.time()
        )
    }
}
