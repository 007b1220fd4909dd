package import PaymentCore
package import Postgres

/// Lists and sums for callers and operators, in Postgres. Belongs to the pool's loop.
package struct PostgresQueries: PaymentQueries {
    let pool: PostgresPool
    let keys: KeyRing
    private let timeLimit: Duration

    /// - Parameters:
    ///   - pool: this loop's connections.
    ///   - keys: the process's data keys.
    ///   - timeLimit: a list that needs longer fails with `.filterTooBroad`.
    package init(pool: PostgresPool, keys: KeyRing, timeLimit: Duration = .milliseconds(250)) {
        self.pool = pool
        self.keys = keys
        self.timeLimit = timeLimit
    }

    static let limitTime = Statement(
        "list.limit_time",
        "select set_config('statement_timeout', $1, true)"
    )

    package func intents(
        _ filter: IntentFilter,
        after: UUID7?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Page<Intent> {
        try Self.check(filter)
        let query = IntentLists.page(filter, after: after, limit: limit)
        return try await page(query, limit, tenant, id: \.id.uuid) { row throws(PostgresError) in
            var fxReader = ColumnReader(row, from: IntentTable.columnCount)
            let fx = try AttemptTable.readFX(&fxReader)
            var reader = ColumnReader(row)
            return try IntentTable.read(&reader, fx: fx)
        }
    }

    package func count(
        _ filter: IntentFilter,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Int {
        try Self.check(filter)
        return try await list(IntentLists.count(filter, limit: limit), tenant) {
            rows throws(PostgresError) in
            try rows.only.int(0)
        }
    }

    private static func check(_ filter: IntentFilter) throws(StoreError) {
        guard filter.details.count <= IntentFilter.mostDetails else {
            throw StoreError(.filterTooBroad, "too many conditions on details")
        }
    }
}

extension PostgresQueries {
    /// One read-only round trip under the tenant's role, cut off at the time limit.
    func list<Value>(
        _ query: Query,
        _ tenant: TenantID,
        _ decode: (Rows) throws(PostgresError) -> Value
    ) async throws(StoreError) -> Value {
        let limit = Self.limitTime(.text("\(timeLimit.microseconds / 1_000)ms"))
        do throws(PostgresError) {
            return try decode(
                await pool.read(role: TenantSchema(tenant).role, [limit, query])[1]
            )
        } catch {
            if error.sqlState == .queryCanceled {
                throw StoreError(.filterTooBroad, "the list took longer than \(timeLimit)")
            }
            throw StoreError(error)
        }
    }

    /// A page of at most `limit`; the query asks for one more to see whether another follows.
    func page<Element: Sendable>(
        _ query: Query,
        _ limit: Int,
        _ tenant: TenantID,
        id: (Element) -> UUID7,
        _ decode: (Row) throws(PostgresError) -> Element
    ) async throws(StoreError) -> Page<Element> {
        try await list(query, tenant) { rows throws(PostgresError) in
            var elements: [Element] = []
            for row in rows.prefix(limit) { elements.append(try decode(row)) }
            return Page(
                elements: elements,
                next: rows.count > limit ? elements.last.map(id) : nil
            )
        }
    }
}

/// The lists of intents.
enum IntentLists {
    /// The inner list is found and cut first; only what remains is joined with its frozen rate.
    static func page(_ filter: IntentFilter, after: UUID7?, limit: Int) -> Query {
        var conditions = filter.conditions
        conditions.require("i.id < ?", after) { .id($0) }
        return conditions.statement(
            "intent.list",
            head: "select \(IntentTable.columns), \(AttemptTable.fxColumns)",
            """
            from (
                select * from intents i where @conditions order by i.id desc limit ?
            ) i left join lateral (
                select * from attempts a
                where a.intent_id = i.id and a.operation = 'authorize'
                order by a.ordinal desc limit 1
            ) a on true
            order by i.id desc
            """,
            .count(limit + 1)
        )
    }

    static func count(_ filter: IntentFilter, limit: Int) -> Query {
        filter.conditions.statement(
            "intent.count",
            "select count(*) from (select from intents i where @conditions limit ?) as found",
            .count(limit)
        )
    }
}
