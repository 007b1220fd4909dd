/// WHAT is bought: line items under the caller's own reference.
package struct Order: Sendable, Hashable {
    package struct Item: Sendable, Hashable {
        package let description: String
        /// The caller's item code, for list filters.
        package let sku: String?
        package let quantity: Int64
        /// Minor units of the order's currency.
        package let unitAmount: Int64

        package init(description: String, sku: String?, quantity: Int64, unitAmount: Int64) {
            self.description = description
            self.sku = sku
            self.quantity = quantity
            self.unitAmount = unitAmount
        }
    }

    package let id: OrderID
    /// The caller's reference: a booking or invoice number.
    package let reference: String
    package let currency: Currency
    package let items: [Item]
    package let customer: CustomerID?
    package let property: String?
    package let metadata: [String: String]
    package let createdAt: Timestamp

    package init(
        id: OrderID,
        reference: String,
        currency: Currency,
        items: [Item],
        customer: CustomerID?,
        property: String?,
        metadata: [String: String],
        createdAt: Timestamp
    ) {
        self.id = id
        self.reference = reference
        self.currency = currency
        self.items = items
        self.customer = customer
        self.property = property
        self.metadata = metadata
        self.createdAt = createdAt
    }

    /// The sum of the items; nil when it overflows.
    package var total: Int64? {
        var sum: Int64 = 0
        for item in items {
            let (line, lineOverflow) = item.quantity.multipliedReportingOverflow(
                by: item.unitAmount
            )
            let (next, overflow) = sum.addingReportingOverflow(line)
            guard !lineOverflow, !overflow else { return nil }
            sum = next
        }
        return sum
    }
}

/// The guest or buyer who pays.
package struct Customer: Sendable, Hashable {
    package let id: CustomerID
    /// The caller's own reference.
    package var reference: String?
    package var name: String?
    package var email: String?
    package var phone: String?
    package var metadata: [String: String]
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: CustomerID,
        reference: String?,
        name: String?,
        email: String?,
        phone: String?,
        metadata: [String: String],
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.reference = reference
        self.name = name
        self.email = email
        self.phone = phone
        self.metadata = metadata
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
