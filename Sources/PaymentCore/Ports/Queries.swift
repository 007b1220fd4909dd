/// What a list may be narrowed by. Everything given must hold.
package struct IntentFilter: Sendable, Hashable {
    package var createdFrom: Timestamp?
    package var createdBefore: Timestamp?
    package var minimumAmount: Int64?
    package var maximumAmount: Int64?
    package var currency: Currency?
    package var states: Set<IntentState>
    package var vendor: VendorID?
    package var account: MerchantAccountID?
    package var customer: CustomerID?
    package var method: PaymentMethodID?
    package var methodKind: MethodKind?
    package var order: OrderID?
    package var orderReference: String?
    /// An item code of the order.
    package var item: String?
    package var property: String?
    package var hasDiscrepancy: Bool?
    /// Conditions on the vendor's own fields: `details.<field>`.
    package var details: [DetailCondition]

    package init() {
        states = []
        details = []
    }
}

/// A condition on one field of the gateway details. A dotted path names a nested field.
package struct DetailCondition: Sendable, Hashable {
    package enum Comparison: Sendable, Hashable {
        case equals(String)
        case lessThan(String)
        case greaterThan(String)
        case between(String, String)
    }

    package let path: [String]
    package let comparison: Comparison

    package init(path: [String], comparison: Comparison) {
        self.path = path
        self.comparison = comparison
    }
}

/// A page of a list, newest first unless the list says otherwise.
package struct Page<Element: Sendable>: Sendable {
    package let elements: [Element]
    /// Where the next page begins; nil at the end.
    package let next: UUID7?

    package init(elements: [Element], next: UUID7?) {
        self.elements = elements
        self.next = next
    }

    /// The first of what was found: one more than asked for shows that there is a next page.
    ///
    /// - Parameter id: what the next page begins after.
    package init(_ limit: Int, of found: [Element], by id: (Element) -> UUID7) {
        elements = Array(found.prefix(limit))
        next = found.count > limit ? elements.last.map(id) : nil
    }
}

/// Reads for callers and operators. Keyset pages: stable under inserts. `after` is the identifier
/// of the last element of the page before.
package protocol PaymentQueries: Sendable {
    func intents(
        _ filter: IntentFilter,
        after: UUID7?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Page<Intent>
    /// How many match, counted up to `limit`.
    func count(
        _ filter: IntentFilter,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Int

    func customers(
        reference: String?,
        email: String?,
        after: UUID7?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Page<Customer>
    func orders(
        reference: String?,
        customer: CustomerID?,
        property: String?,
        after: UUID7?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Page<Order>
    func methods(
        customer: CustomerID?,
        state: PaymentMethod.State?,
        after: UUID7?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Page<PaymentMethod>
    func receipts(
        drawer: String?,
        intent: IntentID?,
        from: Timestamp?,
        before: Timestamp?,
        after: UUID7?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Page<CashReceipt>
    /// Cash refunds that wait for a second person, with their payments.
    func refundsAwaitingApproval(
        after: UUID7?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Page<Attempt>
    /// The intent of a refund, capture or void.
    func intent(
        ofMovement movement: UUID7,
        in tenant: TenantID
    ) async throws(StoreError) -> IntentID?
    /// What went through a drawer in a period, by currency.
    func drawer(
        _ id: String,
        from: Timestamp?,
        before: Timestamp?,
        in tenant: TenantID
    ) async throws(StoreError) -> [DrawerTotal]
    func rates(in tenant: TenantID) async throws(StoreError) -> [QuotedRate]
}

package struct DrawerTotal: Sendable, Hashable {
    package let currency: Currency
    package let received: Int64
    package let paidOut: Int64
    package let receipts: Int

    package init(currency: Currency, received: Int64, paidOut: Int64, receipts: Int) {
        self.currency = currency
        self.received = received
        self.paidOut = paidOut
        self.receipts = receipts
    }
}
