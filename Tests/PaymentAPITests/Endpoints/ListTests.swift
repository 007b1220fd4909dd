import HTTP
import JSON
import PaymentCore
import Synchronization
import TestKit
import Testing

@testable import PaymentAPI

struct ListTests {
    private let api: APIFixture

    init() throws {
        api = try APIFixture()
    }

    private func order(_ reference: String) -> Order {
        Order(
            id: api.identifiers.make(),
            reference: reference,
            currency: .usd,
            items: [],
            customer: nil,
            property: nil,
            metadata: [:],
            createdAt: api.clock.now
        )
    }

    @Test
    func `pages go on where they ended, whatever was added meanwhile`() async throws {
        let orders = (1...5).map { order("o\($0)") }
        api.queries.rows.withLock { $0.orders = orders }
        let first = await api.send(.get, "/orders?limit=2&count=true")
        #expect(references(first) == ["o5", "o4"])
        #expect(first.json["has_more"] == true)
        #expect(first.json["count"] == ["value": 5, "exact": true])
        let added = order("o6")
        api.queries.rows.withLock { $0.orders.append(added) }
        var seen: [String] = []
        var cursor = first.json["next"]?.stringValue
        while let after = cursor {
            let page = await api.send(.get, "/orders?limit=2&after=\(after)")
            seen += references(page)
            cursor = page.json["next"]?.stringValue
        }
        #expect(seen == ["o3", "o2", "o1"])
    }

    private func references(_ page: APIFixture.Exchange) -> [String] {
        page.json["data"]?.arrayValue?.compactMap { $0["reference"]?.stringValue } ?? []
    }

    @Test
    func `intents are listed without their movements, and counted`() async throws {
        let intents = (0..<3).map { _ in
            Payment(
                new: IntentDraft(
                    amount: Money(5, .usd),
                    captureMethod: .manual,
                    method: Intent.Method(kind: .card)
                ),
                id: api.identifiers.make(),
                at: api.clock.now
            ).intent
        }
        api.queries.rows.withLock { $0.intents = intents }
        let page = await api.send(.get, "/transactions?limit=2&count=true")
        #expect(page.status == 200)
        #expect(page.json["data"]?.arrayValue?.count == 2)
        #expect(page.json["data"]?[0]?["captures"] == nil)
        #expect(page.json["count"]?["value"] == 3)
    }

    @Test
    func `every filter reaches the query`() async throws {
        let account = MerchantAccountID(api.identifiers.next())
        let customer = CustomerID(api.identifiers.next())
        let method = PaymentMethodID(api.identifiers.next())
        let order = OrderID(api.identifiers.next())
        let query = [
            "created_from=2026-01-01T00:00:00Z", "created_before=2026-02-01T00:00:00Z",
            "amount_min=1", "amount_max=9", "currency=EUR", "status=authorized,captured",
            "gateway=acme", "merchant_account_id=\(account)", "customer_id=\(customer)",
            "method_id=\(method)", "method_kind=card", "order_id=\(order)",
            "order_reference=BK-1", "item=room", "property_id=kabul-1", "discrepancy=true",
            "details.risk.score%5Bgt%5D=50", "details.brand=visa",
        ].joined(separator: "&")
        #expect(await api.send(.get, "/intents?\(query)").status == 200)
        var expected = IntentFilter()
        expected.createdFrom = Timestamp(rfc3339: "2026-01-01T00:00:00Z")
        expected.createdBefore = Timestamp(rfc3339: "2026-02-01T00:00:00Z")
        expected.minimumAmount = 1
        expected.maximumAmount = 9
        expected.currency = .eur
        expected.states = [.authorized, .captured]
        expected.vendor = VendorID("acme")
        expected.account = account
        expected.customer = customer
        expected.method = method
        expected.methodKind = .card
        expected.order = order
        expected.orderReference = "BK-1"
        expected.item = "room"
        expected.property = "kabul-1"
        expected.hasDiscrepancy = true
        expected.details = [
            DetailCondition(path: ["risk", "score"], comparison: .greaterThan("50")),
            DetailCondition(path: ["brand"], comparison: .equals("visa")),
        ]
        #expect(api.queries.lastFilter == expected)
    }

    @Test(arguments: [
        ("a%5Blt%5D=5", DetailCondition.Comparison.lessThan("5")),
        ("a%5Beq%5D=x", .equals("x")),
        ("a%5Bbetween%5D=1%2C9", .between("1", "9")),
    ])
    func `details are compared`(
        query: String,
        comparison: DetailCondition.Comparison
    ) async {
        #expect(await api.send(.get, "/intents?details.\(query)").status == 200)
        let expected = DetailCondition(path: ["a"], comparison: comparison)
        #expect(api.queries.lastFilter?.details == [expected])
    }

    @Test(
        arguments: [
            ("billing_status=completed", [.partiallyCaptured, .captured]),
            ("billing_status=canceled&status=voided,authorized", [.voided]),
            ("billing_status=refunded,partially_refunded", [.refunded, .partiallyRefunded]),
        ] as [(String, Set<IntentState>)]
    )
    func `billing statuses are groups of statuses`(query: String, states: Set<IntentState>) async {
        #expect(await api.send(.get, "/intents?\(query)").status == 200)
        #expect(api.queries.lastFilter?.states == states)
    }

    @Test
    func `statuses that exclude each other match nothing`() async {
        let page = await api.send(.get, "/intents?billing_status=refunded&status=voided&count=true")
        #expect(page.status == 200)
        #expect(page.json["data"] == [])
        #expect(page.json["count"]?["value"] == 0)
        #expect(api.queries.lastFilter == nil)
    }
}
