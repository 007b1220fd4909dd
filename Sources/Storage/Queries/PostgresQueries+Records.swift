package import PaymentCore
internal import Postgres

/// Lists of what surrounds payments.
extension PostgresQueries {
    package func customers(
        reference: String?,
        email: String?,
        after: UUID7?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Page<Customer> {
        let query = RecordLists.customers(reference, email, after, limit)
        return try await page(query, limit, tenant, id: \.id.uuid, CustomerTable.read)
    }

    package func orders(
        reference: String?,
        customer: CustomerID?,
        property: String?,
        after: UUID7?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Page<Order> {
        let query = RecordLists.orders(reference, customer, property, after, limit)
        return try await page(query, limit, tenant, id: \.id.uuid, OrderTable.read)
    }

    package func methods(
        customer: CustomerID?,
        state: PaymentMethod.State?,
        after: UUID7?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Page<PaymentMethod> {
        let query = RecordLists.methods(customer, state, after, limit)
        let stored = try await page(query, limit, tenant, id: \.id.uuid, StoredMethod.init)
        let newest = stored.elements.map(\.keyVersion).max() ?? 0
        let keys = try await keys.keys(of: tenant, including: newest, pool)
        var methods: [PaymentMethod] = []
        for method in stored.elements { methods.append(try method.opened(with: keys)) }
        return Page(elements: methods, next: stored.next)
    }

    package func receipts(
        drawer: String?,
        intent: IntentID?,
        from: Timestamp?,
        before: Timestamp?,
        after: UUID7?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Page<CashReceipt> {
        let query = RecordLists.receipts(drawer, intent, from, before, after, limit)
        return try await page(query, limit, tenant, id: \.id.uuid, ReceiptTable.read)
    }

    package func refundsAwaitingApproval(
        after: UUID7?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Page<Attempt> {
        let query = RecordLists.awaitingApproval(after, limit)
        return try await page(query, limit, tenant, id: \.id.uuid) { row throws(PostgresError) in
            var reader = ColumnReader(row)
            return try AttemptTable.read(&reader)
        }
    }

    package func intent(
        ofMovement movement: UUID7,
        in tenant: TenantID
    ) async throws(StoreError) -> IntentID? {
        try await list(AttemptTable.intentOfMovement(.id(movement)), tenant) {
            rows throws(PostgresError) in
            guard let row = rows.first else { return nil }
            var reader = ColumnReader(row)
            return try reader.id()
        }
    }

    package func drawer(
        _ id: String,
        from: Timestamp?,
        before: Timestamp?,
        in tenant: TenantID
    ) async throws(StoreError) -> [DrawerTotal] {
        try await list(RecordLists.drawer(id, from, before), tenant) { rows throws(PostgresError) in
            var totals: [DrawerTotal] = []
            for row in rows {
                var reader = ColumnReader(row)
                totals.append(
                    DrawerTotal(
                        currency: try reader.currency(),
                        received: try reader.int64(),
                        paidOut: try reader.int64(),
                        receipts: try reader.int()
                    )
                )
            }
            return totals
        }
    }

    package func rates(in tenant: TenantID) async throws(StoreError) -> [QuotedRate] {
        try await list(RateTable.current(), tenant) { rows throws(PostgresError) in
            var rates: [QuotedRate] = []
            for row in rows { rates.append(try RateTable.read(row)) }
            return rates
        }
    }
}

/// The statements of these lists.
enum RecordLists {
    static func customers(
        _ reference: String?,
        _ email: String?,
        _ after: UUID7?,
        _ limit: Int
    ) -> Query {
        var conditions = Conditions()
        conditions.require("c.reference = ?", reference, PostgresValue.text)
        conditions.require("lower(c.email) = lower(?)", email, PostgresValue.text)
        conditions.require("c.id < ?", after) { .id($0) }
        return conditions.statement(
            "customer.list",
            head: "select \(CustomerTable.columns)",
            "from customers c where @conditions order by c.id desc limit ?",
            .count(limit + 1)
        )
    }

    static func orders(
        _ reference: String?,
        _ customer: CustomerID?,
        _ property: String?,
        _ after: UUID7?,
        _ limit: Int
    ) -> Query {
        var conditions = Conditions()
        conditions.require("o.reference = ?", reference, PostgresValue.text)
        conditions.require("o.customer_id = ?", customer) { .id($0) }
        conditions.require("o.property = ?", property, PostgresValue.text)
        conditions.require("o.id < ?", after) { .id($0) }
        return conditions.statement(
            "order.list",
            head: "select \(OrderTable.columns)",
            """
            from (select * from orders o where @conditions order by o.id desc limit ?) o
            order by o.id desc
            """,
            .count(limit + 1)
        )
    }

    static func methods(
        _ customer: CustomerID?,
        _ state: PaymentMethod.State?,
        _ after: UUID7?,
        _ limit: Int
    ) -> Query {
        var conditions = Conditions()
        conditions.require("m.customer_id = ?", customer) { .id($0) }
        conditions.require("m.state = ?", state, PostgresValue.word)
        conditions.require("m.id < ?", after) { .id($0) }
        return conditions.statement(
            "method.list",
            head: "select \(MethodTable.columns)",
            "from payment_methods m where @conditions order by m.id desc limit ?",
            .count(limit + 1)
        )
    }

    static func receipts(
        _ drawer: String?,
        _ intent: IntentID?,
        _ from: Timestamp?,
        _ before: Timestamp?,
        _ after: UUID7?,
        _ limit: Int
    ) -> Query {
        var conditions = receiptConditions(drawer, from, before)
        conditions.require("r.intent_id = ?", intent) { .id($0) }
        conditions.require("r.id < ?", after) { .id($0) }
        return conditions.statement(
            "receipt.list",
            head: "select \(ReceiptTable.columns)",
            "from cash_receipts r where @conditions order by r.id desc limit ?",
            .count(limit + 1)
        )
    }

    static func drawer(_ id: String, _ from: Timestamp?, _ before: Timestamp?) -> Query {
        receiptConditions(id, from, before).statement(
            "receipt.drawer",
            """
            select r.currency,
                coalesce(sum(r.amount) filter (where r.direction = 'received'), 0),
                coalesce(sum(r.amount) filter (where r.direction = 'paid_out'), 0),
                count(*)
            from cash_receipts r where @conditions group by r.currency order by r.currency
            """
        )
    }

    private static func receiptConditions(
        _ drawer: String?,
        _ from: Timestamp?,
        _ before: Timestamp?
    ) -> Conditions {
        var conditions = Conditions()
        conditions.require("r.drawer = ?", drawer, PostgresValue.text)
        conditions.require("r.id >= ?", from) { .id(.earliest(from: $0)) }
        conditions.require("r.recorded_at >= ?", from, PostgresValue.time)
        conditions.require("r.id < ?", before) { .id(.latest(before: $0)) }
        conditions.require("r.recorded_at < ?", before, PostgresValue.time)
        return conditions
    }

    static func awaitingApproval(_ after: UUID7?, _ limit: Int) -> Query {
        var conditions = Conditions()
        conditions.require("a.state = 'awaiting_approval'")
        conditions.require("a.id < ?", after) { .id($0) }
        return conditions.statement(
            "attempt.awaiting_approval",
            head: "select \(AttemptTable.columns)",
            "from attempts a where @conditions order by a.id desc limit ?",
            .count(limit + 1)
        )
    }
}
