package import PaymentCore
package import Postgres

/// The inboxes of all tenants in Postgres, each under its own role. Belongs to the pool's loop.
package struct PostgresEventInbox: EventInbox, PostgresAuditedStore {
    private let pool: PostgresPool
    private let keys: KeyRing
    private let marks: WorkMarks
    package var entry: AuditEntry?

    package init(pool: PostgresPool, keys: KeyRing, marks: WorkMarks) {
        self.pool = pool
        self.keys = keys
        self.marks = marks
    }

    /// One pipeline. The job is made due for a known event as well: a sender that asks again may
    /// as well wake what sleeps.
    package func receive(
        _ event: InboundEvent,
        in tenant: TenantID
    ) async throws(StoreError) -> InboundEvent {
        let keys = try await keys.keys(of: tenant, pool)
        try await marks.mark(tenant, pool)
        let queries = [
            InboundTable.receive(event, keys),
            InboundTable.bySource(.text(event.event.source), .text(event.event.id)),
            JobTable.schedule(
                .word(JobKind.applyEvents),
                .text(event.aggregate),
                .null,
                .span(.zero)
            ),
        ]
        let rows = try await writing(queries, tenant)
        let kept = try await read(rows[1], tenant)
        marks.tell(tenant)
        guard let kept = kept.first else {
            throw StoreError(.fault, "invariant: what was kept is found")
        }
        return kept
    }

    package func queue(
        of aggregate: String,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> InboundQueue {
        let rows = try await storing { () async throws(PostgresError) in
            try await pool.read(
                role: TenantSchema(tenant).role,
                [
                    InboundTable.passed(.text(aggregate)),
                    InboundTable.waiting(.text(aggregate), .count(limit)),
                ]
            )
        }
        let passed = try decoding { () throws(PostgresError) in try rows[0].first?.int64(0) }
        return InboundQueue(passed: passed, waiting: try await read(rows[1], tenant))
    }

    package func note(
        _ reason: InboundEvent.Reason,
        _ detail: String?,
        of event: InboundEventID,
        in tenant: TenantID
    ) async throws(StoreError) {
        _ = try await writing(
            [InboundTable.note(.id(event), .word(reason), .said(detail))],
            tenant
        )
    }

    package func reservation(
        _ id: String,
        in tenant: TenantID
    ) async throws(StoreError) -> Reservation? {
        try await finding(ReservationTable.byID(.text(id)), tenant) { rows throws(PostgresError) in
            try rows.first.map(ReservationTable.read)
        }
    }

    package func customer(
        ofReference reference: String,
        in tenant: TenantID
    ) async throws(StoreError) -> CustomerID? {
        try await finding(CustomerTable.byReference(.text(reference)), tenant) {
            rows throws(PostgresError) in
            guard let row = rows.first else { return nil }
            var reader = ColumnReader(row)
            return try reader.id()
        }
    }

    package func receipts(
        ofDrawer drawer: String,
        from: Timestamp,
        to: Timestamp,
        in tenant: TenantID
    ) async throws(StoreError) -> [CashReceipt] {
        let query = ReceiptTable.ofDrawer(.text(drawer), .time(from), .time(to))
        return try await finding(query, tenant) { rows throws(PostgresError) in
            var receipts: [CashReceipt] = []
            for row in rows { receipts.append(try ReceiptTable.read(row)) }
            return receipts
        }
    }

    package func inboundEvent(
        _ id: InboundEventID,
        in tenant: TenantID
    ) async throws(StoreError) -> InboundEvent? {
        try await read(reading(InboundTable.byID(.id(id)), tenant), tenant).first
    }

    package func inboundEvents(
        state: InboundEvent.State?,
        after: InboundEventID?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [InboundEvent] {
        let query = InboundTable.list(state, after: after, limit: limit)
        return try await read(reading(query, tenant), tenant)
    }

    package func replay(
        _ id: InboundEventID,
        in tenant: TenantID
    ) async throws(StoreError) -> Bool {
        guard let event = try await inboundEvent(id, in: tenant) else { return false }
        try await marks.mark(tenant, pool)
        let job = JobTable.schedule(
            .word(JobKind.applyEvents),
            .text(event.aggregate),
            .null,
            .span(.zero)
        )
        let rows = try await writing([InboundTable.replay(.id(id)), job], tenant)
        marks.tell(tenant)
        return !rows[0].isEmpty
    }

    /// A key version that another process added is loaded before any event is opened.
    private func read(_ rows: Rows, _ tenant: TenantID) async throws(StoreError) -> [InboundEvent] {
        guard !rows.isEmpty else { return [] }
        let newest = try decoding { () throws(PostgresError) in
            var newest = 0
            for row in rows { newest = max(newest, try row.int(InboundTable.keyColumn)) }
            return newest
        }
        let keys = try await keys.keys(of: tenant, including: newest, pool)
        return try decoding { () throws(PostgresError) in
            var events: [InboundEvent] = []
            for row in rows { events.append(try InboundTable.read(row, keys)) }
            return events
        }
    }

    private func writing(
        _ queries: [Query],
        _ tenant: TenantID
    ) async throws(StoreError) -> [Rows] {
        try await pool.change(
            queries,
            role: TenantSchema(tenant).role,
            noting: entry,
            in: tenant
        )
    }

    private func reading(_ query: Query, _ tenant: TenantID) async throws(StoreError) -> Rows {
        try await storing { () async throws(PostgresError) in
            try await pool.read(role: TenantSchema(tenant).role, [query])[0]
        }
    }

    private func finding<Value>(
        _ query: Query,
        _ tenant: TenantID,
        _ decode: (Rows) throws(PostgresError) -> Value
    ) async throws(StoreError) -> Value {
        let rows = try await reading(query, tenant)
        return try decoding { () throws(PostgresError) in try decode(rows) }
    }
}
