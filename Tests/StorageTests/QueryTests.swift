import PaymentCore
import Postgres
import Storage
import TestKit
import Testing

@Suite
struct QueryTests {
    /// A few payments that differ in everything a list can be narrowed by.
    private struct Shop {
        let fixture: StorageFixture
        let tenant: TenantID
        var intents: [Intent] = []

        init(_ fixture: StorageFixture, _ tenant: TenantID) {
            self.fixture = fixture
            self.tenant = tenant
        }

        mutating func sell(
            _ amount: Int64,
            _ currency: Currency = .usd,
            order: Order? = nil,
            property: String? = nil,
            details: String? = nil,
            daysAgo: Int64 = 0
        ) async throws {
            let moment = RealClock().now - .seconds(daysAgo * 86_400)
            let id = IntentID(fixture.identifiers.next(at: moment))
            var payment = Payment(
                new: IntentDraft(
                    amount: Money(amount, currency),
                    captureMethod: .manual,
                    method: Intent.Method(kind: .card),
                    customer: order?.customer,
                    order: order?.id,
                    property: property
                ),
                id: id,
                at: moment
            )
            let asking = Asking(
                attempt: fixture.identifiers.make(),
                movement: fixture.identifiers.next(),
                actor: .system,
                now: moment
            )
            if let details {
                try payment.askAuthorization(
                    asking,
                    vendor: VendorID(known: "acme"),
                    account: MerchantAccountID(id.uuid),
                    method: payment.intent.method,
                    fx: nil,
                    capabilities: Capabilities(
                        operations: [.authorize],
                        methodKinds: [.card],
                        manualCapture: true
                    )
                )
                payment.answer(
                    asking.attempt,
                    with: .succeeded(VendorReceipt(reference: "r", details: details)),
                    capture: asking
                )
            }
            let change = payment.seal(lease: .zero, at: moment)
            try await fixture.payments.commit(
                Changeset(payment: change, order: order),
                in: tenant
            )
            intents.insert(payment.intent, at: 0)
        }

        func list(_ set: (inout IntentFilter) -> Void) async throws -> [Int64] {
            var filter = IntentFilter()
            set(&filter)
            let page = try await fixture.queries.intents(
                filter,
                after: nil,
                limit: 50,
                in: tenant
            )
            let count = try await fixture.queries.count(filter, limit: 50, in: tenant)
            #expect(count == page.elements.count, "a list and its count agree")
            return page.elements.map(\.amount.minorUnits)
        }

        func list(_ path: String, _ comparison: DetailCondition.Comparison) async throws -> [Int64]
        {
            try await list {
                $0.details = [
                    DetailCondition(
                        path: path.split(separator: ".").map(String.init),
                        comparison: comparison
                    )
                ]
            }
        }
    }

    private static func order(
        _ reference: String,
        sku: String,
        _ fixture: StorageFixture
    ) -> Order {
        Order(
            id: fixture.identifiers.make(),
            reference: reference,
            currency: .usd,
            // Two lines with the same item: lists show its payment once.
            items: Array(
                repeating: Order.Item(description: "x", sku: sku, quantity: 1, unitAmount: 1),
                count: 2
            ),
            customer: nil,
            property: "p1",
            metadata: [:],
            createdAt: RealClock().now
        )
    }

    @Test
    func `each filter finds what it names`() async throws {
        try await withTenant { fixture, tenant in
            var shop = Shop(fixture, tenant)
            try await shop.sell(100, daysAgo: 40)
            try await shop.sell(200, .eur, property: "p1", daysAgo: 20)
            let order = Self.order("BK-1", sku: "DBL", fixture)
            try await shop.sell(300, order: order)
            try await shop.sell(400, details: #"{"risk":{"score":7.50},"status":"ok","n":"12"}"#)
            let now = RealClock().now
            #expect(try await shop.list { _ in } == [400, 300, 200, 100])
            #expect(try await shop.list { $0.createdFrom = now - .seconds(86_400) } == [400, 300])
            #expect(
                try await shop.list { $0.createdBefore = now - .seconds(30 * 86_400) } == [100]
            )
            #expect(try await shop.list { $0.minimumAmount = 300 } == [400, 300])
            #expect(try await shop.list { $0.maximumAmount = 199 } == [100])
            #expect(try await shop.list { $0.currency = .eur } == [200])
            #expect(try await shop.list { $0.states = [.authorized] } == [400])
            #expect(
                try await shop.list { $0.states = [.authorized, .failed, .requiresPaymentMethod] }
                    .count == 4
            )
            #expect(try await shop.list { $0.vendor = VendorID(known: "acme") } == [400])
            let account = try #require(shop.intents.first?.account)
            #expect(try await shop.list { $0.account = account } == [400])
            #expect(try await shop.list { $0.customer = fixture.identifiers.make() } == [])
            #expect(try await shop.list { $0.method = fixture.identifiers.make() } == [])
            #expect(try await shop.list { $0.methodKind = .card }.count == 4)
            #expect(try await shop.list { $0.methodKind = .cash } == [])
            #expect(try await shop.list { $0.order = order.id } == [300])
            #expect(try await shop.list { $0.orderReference = "BK-1" } == [300])
            #expect(try await shop.list { $0.item = "DBL" } == [300])
            #expect(try await shop.list { $0.item = "SGL" } == [])
            #expect(
                try await shop.list {
                    $0.item = "DBL"
                    $0.createdFrom = now - .seconds(86_400)
                    $0.createdBefore = now + .seconds(86_400)
                } == [300]
            )
            #expect(
                try await shop.list {
                    $0.item = "DBL"
                    $0.createdBefore = now - .seconds(86_400)
                } == []
            )
            #expect(try await shop.list { $0.property = "p1" } == [200])
            #expect(try await shop.list { $0.hasDiscrepancy = true } == [])
            #expect(try await shop.list { $0.hasDiscrepancy = false }.count == 4)
        }
    }

    @Test
    func `details are compared as numbers when both sides are, else as texts`() async throws {
        try await withTenant { fixture, tenant in
            var shop = Shop(fixture, tenant)
            try await shop.sell(1, details: #"{"risk":{"score":7.50},"status":"ok","n":"12"}"#)
            try await shop.sell(
                2,
                details: #"{"risk":{"score":30},"status":"late","list":["a","b"]}"#
            )
            try await shop.sell(3, details: #"{"risk":{"score":-1},"flag":true,"text":"a\u0000b"}"#)
            try await shop.sell(4)
            for seven in ["7.5", "7.50", "07.500"] {
                #expect(try await shop.list("risk.score", .equals(seven)) == [1])
            }
            #expect(try await shop.list("status", .equals("ok")) == [1])
            #expect(try await shop.list("n", .equals("12")) == [1])
            #expect(try await shop.list("flag", .equals("true")) == [3])
            #expect(try await shop.list("list", .equals("b")) == [2])
            #expect(try await shop.list("risk.score", .greaterThan("7.5")) == [2])
            #expect(try await shop.list("risk.score", .lessThan("10")) == [3, 1])
            #expect(try await shop.list("risk.score", .between("-1", "7.5")) == [3, 1])
            #expect(try await shop.list("status", .greaterThan("late")) == [1])
            #expect(try await shop.list("status", .between("a", "m")) == [2])
            #expect(try await shop.list("nothing", .lessThan("1")) == [])
            // Some vendors write their amounts as text.
            #expect(try await shop.list("n", .greaterThan("5")) == [1])
            #expect(try await shop.list("n", .between("2", "100")) == [1])
            #expect(try await shop.list("n", .lessThan("12")) == [])
            #expect(try await shop.list("status", .lessThan("5")) == [], "no number is no number")
            let stored = try await fixture.queries.intents(
                IntentFilter(),
                after: nil,
                limit: 10,
                in: tenant
            )
            let text = try #require(stored.elements.first { $0.amount.minorUnits == 3 }?.details)
            #expect(text.contains("a\u{FFFD}b"), "what Postgres cannot hold is replaced")
        }
    }

    @Test
    func `a field is looked up by its index, whatever its name`() async throws {
        try await withTenant { fixture, tenant in
            let schema = TenantSchema(tenant)
            _ = try await fixture.sql(
                """
                insert into intents (
                    id, amount, currency, capture_method, off_session, metadata, created_at,
                    version, event_sequence, state, state_before, updated_at, method_kind, details,
                    detail_terms, capturable, captured, refunded, capture_reserved,
                    refund_reserved, is_releasing, has_discrepancy
                )
                select (
                        lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0')
                        || '7000' || '8' || lpad(to_hex(n), 15, '0')
                    )::uuid, 100, 'USD', 'manual', false, '{}', now(), 1, 1, 'authorized',
                    'authorized', now(), 'card', jsonb_build_object('receipt', n),
                    array['receipt=' || n, 'network=visa'], 0, 0, 0, 0, 0, false, false
                from generate_series(1, 5000) as n
                """,
                role: schema.role
            )
            try await fixture.pool.transaction(
                role: schema.owner,
                [Query(Statement("test.analyze", sentOnce: "analyze \(schema.role).intents"))]
            )
            var filter = IntentFilter()
            filter.details = [DetailCondition(path: ["receipt"], comparison: .equals("4711"))]
            let page = try await fixture.queries.intents(
                filter,
                after: nil,
                limit: 50,
                in: tenant
            )
            #expect(page.elements.count == 1)
            for query in StatementList.lists(filter, after: nil) {
                let plan = try await fixture.plan(of: query, role: schema.role)
                #expect(plan.contains("intents_detail_terms"), "\(plan)")
            }
        }
    }

    @Test
    func `an item's payments are read in the order of the list, however many there are`()
        async throws
    {
        try await withTenant { fixture, tenant in
            let old = try await fixture.tenant(before: "0026")
            let schema = TenantSchema(old)
            try await fixture.pool.transaction(
                role: schema.role,
                Self.payments(of: 2_000, item: "DBL").map {
                    Query(Statement("test.payments", sentOnce: $0))
                }
            )
            _ = try await fixture.provisioner().migrate(old)
            try await fixture.pool.transaction(
                role: schema.owner,
                [Query(Statement("test.analyze", sentOnce: "analyze \(schema.role).intents"))]
            )
            var filter = IntentFilter()
            filter.item = "DBL"
            filter.createdBefore = RealClock().now + .seconds(60)
            var seen: Set<IntentID> = []
            var after: UUID7?
            repeat {
                let page = try await fixture.queries.intents(
                    filter,
                    after: after,
                    limit: 900,
                    in: old
                )
                seen.formUnion(page.elements.map(\.id))
                after = page.next
            } while after != nil
            #expect(seen.count == 2_000, "those of before the table are in it, each once")
            let page = StatementList.lists(filter, after: nil)[0]
            let plan = try await fixture.plan(of: page, role: schema.role)
            #expect(plan.contains("Index Only Scan Backward using intent_items_pkey"), "\(plan)")
            #expect(!plan.contains(".id DESC"), "\(plan)")
        }
    }

    /// Statements that write payments, each of an order of two lines with the same item.
    private static func payments(of count: Int, item: String) -> [String] {
        let identifiers = """
            select n, (
                lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0')
                || '7000' || '8' || lpad(to_hex(n), 15, '0')
            )::uuid as id from generate_series(1, \(count)) as n
            """
        return [
            """
            insert into orders (id, reference, currency, metadata, created_at)
            select id, 'BK-' || n, 'USD', '{}', now() from (\(identifiers)) as made
            """,
            """
            insert into order_items (order_id, line, description, sku, quantity, unit_amount)
            select id, line, 'Room', '\(item)', 1, 50 from orders, generate_series(1, 2) as line
            """,
            """
            insert into intents (
                id, amount, currency, capture_method, order_id, off_session, metadata, created_at,
                version, event_sequence, state, state_before, updated_at, method_kind, capturable,
                captured, refunded, capture_reserved, refund_reserved, is_releasing,
                has_discrepancy
            )
            select id, 100, 'USD', 'manual', id, false, '{}', created_at, 1, 1, 'authorized',
                'authorized', created_at, 'card', 0, 0, 0, 0, 0, false, false
            from orders
            """,
        ]
    }

    @Test
    func `pages follow each other without gap or repetition`() async throws {
        try await withTenant { fixture, tenant in
            var shop = Shop(fixture, tenant)
            for amount in Int64(1)...7 { try await shop.sell(amount) }
            var seen: [Int64] = []
            var after: UUID7?
            repeat {
                let page = try await fixture.queries.intents(
                    IntentFilter(),
                    after: after,
                    limit: 3,
                    in: tenant
                )
                seen += page.elements.map(\.amount.minorUnits)
                after = page.next
                // A payment that comes meanwhile moves nothing.
                if seen.count == 3 { try await shop.sell(99) }
            } while after != nil
            #expect(seen == [7, 6, 5, 4, 3, 2, 1])
            #expect(try await fixture.queries.count(IntentFilter(), limit: 5, in: tenant) == 5)
        }
    }

    @Test
    func `more conditions on details than are read are refused as too broad`() async throws {
        try await withTenant { fixture, tenant in
            var filter = IntentFilter()
            let condition = DetailCondition(path: ["a"], comparison: .equals("b"))
            filter.details = Array(repeating: condition, count: 9)
            let broad = filter
            await #expect(throws: StoreError.self) {
                try await fixture.queries.count(broad, limit: 1, in: tenant)
            }
        }
    }

    @Test
    func `the lists around payments find what they name`() async throws {
        try await withTenant { fixture, tenant in
            let suite = StoreConformance(
                store: fixture.store,
                tenant: tenant
            )
            try await suite.run(.methodsKeepTokensAndOneDefault)
            try await suite.run(.customersAndOrdersComeBack)
            let queries = fixture.queries
            let customers = try await queries.customers(
                reference: "guest-7",
                email: "ADA@example.com",
                after: nil,
                limit: 10,
                in: tenant
            )
            // It was edited: the address is still there, the name is gone.
            let customer = try #require(customers.elements.first)
            #expect(customers.elements.count == 1)
            let orders = try await queries.orders(
                reference: "BK-7",
                customer: customer.id,
                property: "kabul-1",
                after: nil,
                limit: 10,
                in: tenant
            )
            #expect(orders.elements.map(\.items.count) == [2])
            let detached = try await queries.methods(
                customer: nil,
                state: .detached,
                after: nil,
                limit: 10,
                in: tenant
            )
            #expect(detached.elements.map(\.token.value) == ["tok_1"])
            let all = try await queries.methods(
                customer: nil,
                state: nil,
                after: nil,
                limit: 1,
                in: tenant
            )
            #expect(all.next == all.elements.first?.id.uuid)
            try await suite.run(.ratesAreFreshOrAbsent)
            #expect(try await queries.rates(in: tenant).map(\.rate.text) == ["0.9213"])
        }
    }
}
