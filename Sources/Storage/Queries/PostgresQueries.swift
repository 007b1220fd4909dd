package import PaymentCore
package import Postgres

/// Lists and sums for callers and operators, in Postgres. Belongs to the pool's loop.
package struct PostgresQueries: PaymentQueries {
    let pool: PostgresPool
    let keys: KeyRing
    private let limits: Limits

    /// What a list may take. One that needs longer than `time` is refused with `.filterTooBroad`
    /// when by its plan it may read more than `cost`; otherwise the machine is slow, and it is
    /// tried once more with `patience`. When that has passed, too, it fails with `.unavailable`.
    package struct Limits: Sendable {
        package var time: Duration = .milliseconds(250)
        /// In the planner's unit: what a machine at leisure reads in `time`.
        package var cost: Double = 20_000
        package var patience: Duration = .seconds(2)

        package init() {}
    }

    /// - Parameters:
    ///   - pool: this loop's connections.
    ///   - keys: the process's data keys.
    package init(pool: PostgresPool, keys: KeyRing, limits: Limits = Limits()) {
        self.pool = pool
        self.keys = keys
        self.limits = limits
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
        return try await page(query, limit, tenant, isNarrow: filter.isNarrow, id: \.id.uuid) {
            row throws(PostgresError) in
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
        let query = IntentLists.count(filter, limit: limit)
        return try await list(query, tenant, isNarrow: filter.isNarrow) {
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
    /// One read-only round trip under the tenant's role, within the ``Limits``.
    ///
    /// - Parameter isNarrow: it reads hardly more than it returns, whatever the tables hold.
    func list<Value>(
        _ query: Query,
        _ tenant: TenantID,
        isNarrow: Bool = false,
        _ decode: (Rows) throws(PostgresError) -> Value
    ) async throws(StoreError) -> Value {
        if let rows = try await rows(of: query, tenant, within: limits.time) {
            return try decoding { () throws(PostgresError) in try decode(rows) }
        }
        if !isNarrow, let cost = try await cost(of: query, tenant), cost > limits.cost {
            throw StoreError(.filterTooBroad, "the list may cost \(cost)")
        }
        if let rows = try await rows(of: query, tenant, within: limits.patience) {
            return try decoding { () throws(PostgresError) in try decode(rows) }
        }
        throw StoreError(.unavailable, "the list took longer than \(limits.patience)")
    }

    /// Nil when the planner, too, took too long.
    private func cost(of query: Query, _ tenant: TenantID) async throws(StoreError) -> Double? {
        let question = ListEstimate.question(about: query)
        guard let plan = try await rows(of: question, tenant, within: limits.time) else {
            return nil
        }
        let text = try decoding { () throws(PostgresError) in try plan.only.text(0) }
        return ListEstimate(plan: text)?.cost
    }

    /// Nil when it was cut off.
    private func rows(
        of query: Query,
        _ tenant: TenantID,
        within time: Duration
    ) async throws(StoreError) -> Rows? {
        let limit = Self.limitTime(.text("\(time.microseconds / 1_000)ms"))
        do throws(PostgresError) {
            return try await pool.read(role: TenantSchema(tenant).role, [limit, query])[1]
        } catch {
            guard error.sqlState == .queryCanceled else { throw StoreError(error) }
            return nil
        }
    }

    /// A page of at most `limit`; the query asks for one more to see whether another follows.
    func page<Element: Sendable>(
        _ query: Query,
        _ limit: Int,
        _ tenant: TenantID,
        isNarrow: Bool = false,
        id: (Element) -> UUID7,
        _ decode: (Row) throws(PostgresError) -> Element
    ) async throws(StoreError) -> Page<Element> {
        try await list(query, tenant, isNarrow: isNarrow) { rows throws(PostgresError) in
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
    /// The inner list is found and cut first; only what remains is joined with its frozen rate: that
    /// of the authorization that holds, else of the latest that was asked.
    static func page(_ filter: IntentFilter, after: UUID7?, limit: Int) -> Query {
        filter.conditions(after: after).statement(
            "intent.list",
            head: "select \(IntentTable.columns), \(AttemptTable.fxColumns)",
            """
            from (
                select * from intents i where @conditions order by i.id desc limit ?
            ) i left join lateral (
                select * from attempts a
                where a.intent_id = i.id and a.operation = 'authorize'
                order by a.state = 'succeeded' desc,
                    case a.state when 'succeeded' then a.ordinal else -a.ordinal end
                limit 1
            ) a on true
            order by i.id desc
            """,
            .count(limit + 1)
        )
    }

    static func count(_ filter: IntentFilter, limit: Int) -> Query {
        filter.conditions().statement(
            "intent.count",
            "select count(*) from (select from intents i where @conditions limit ?) as found",
            .count(limit)
        )
    }
}
