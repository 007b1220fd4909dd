import PaymentCore
import Synchronization

/// Lists that answer from what a test put in, and remember what was asked.
final class FakeQueries: PaymentQueries, Sendable {
    struct Rows {
        var intents: [Intent] = []
        var customers: [Customer] = []
        var orders: [Order] = []
        var methods: [PaymentMethod] = []
        var receipts: [CashReceipt] = []
        var refunds: [Attempt] = []
        var movements: [UUID7: IntentID] = [:]
        var rates: [QuotedRate] = []
        var lastFilter: IntentFilter?
    }

    let rows = Mutex(Rows())

    var lastFilter: IntentFilter? { rows.withLock { $0.lastFilter } }

    func intents(
        _ filter: IntentFilter,
        after: UUID7?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Page<Intent> {
        rows.withLock { rows in
            rows.lastFilter = filter
            return page(rows.intents, after, limit) { $0.id.uuid }
        }
    }

    func count(
        _ filter: IntentFilter,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Int {
        rows.withLock { min($0.intents.count, limit) }
    }

    func customers(
        reference: String?,
        email: String?,
        after: UUID7?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Page<Customer> {
        page(rows.withLock { $0.customers }, after, limit) { $0.id.uuid }
    }

    func orders(
        reference: String?,
        customer: CustomerID?,
        property: String?,
        after: UUID7?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Page<Order> {
        page(rows.withLock { $0.orders }, after, limit) { $0.id.uuid }
    }

    func methods(
        customer: CustomerID?,
        state: PaymentMethod.State?,
        after: UUID7?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Page<PaymentMethod> {
        page(rows.withLock { $0.methods }, after, limit) { $0.id.uuid }
    }

    func receipts(
        drawer: String?,
        intent: IntentID?,
        from: Timestamp?,
        before: Timestamp?,
        after: UUID7?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Page<CashReceipt> {
        page(rows.withLock { $0.receipts }, after, limit) { $0.id.uuid }
    }

    func refundsAwaitingApproval(
        after: UUID7?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Page<Attempt> {
        page(rows.withLock { $0.refunds }, after, limit) { $0.id.uuid }
    }

    func intent(
        ofMovement movement: UUID7,
        in tenant: TenantID
    ) async throws(StoreError) -> IntentID? {
        rows.withLock { $0.movements[movement] }
    }

    func drawer(
        _ id: String,
        from: Timestamp?,
        before: Timestamp?,
        in tenant: TenantID
    ) async throws(StoreError) -> [DrawerTotal] {
        [DrawerTotal(currency: .usd, received: 900, paidOut: 400, receipts: 3)]
    }

    func rates(in tenant: TenantID) async throws(StoreError) -> [QuotedRate] {
        rows.withLock { $0.rates }
    }

    /// Newest first, by identifier.
    private func page<Element: Sendable>(
        _ elements: [Element],
        _ after: UUID7?,
        _ limit: Int,
        _ identifier: (Element) -> UUID7
    ) -> Page<Element> {
        let left = elements.sorted { identifier($0) > identifier($1) }
            .filter { element in after.map { identifier(element) < $0 } ?? true }
        let shown = Array(left.prefix(limit))
        return Page(elements: shown, next: left.count > limit ? shown.last.map(identifier) : nil)
    }
}
