internal import PaymentCore
internal import Postgres

/// The orders of one tenant with their items.
enum OrderTable {
    static let insert = Statement(
        "order.insert",
        """
        insert into orders (id, reference, currency, customer_id, property, metadata, created_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        """
    )

    static let insertItems = Statement(
        "order.insert_items",
        """
        insert into order_items (order_id, line, description, sku, quantity, unit_amount)
        select $1, item.line, item.description, item.sku, item.quantity, item.unit_amount
        from unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[])
            with ordinality as item (description, sku, quantity, unit_amount, line)
        """
    )

    /// Records a payment under its order's items, which lists read.
    static let listItems = Statement(
        "order.list_items",
        """
        insert into intent_items (sku, intent_id)
        select distinct sku, $1::uuid from order_items where order_id = $2 and sku is not null
        """
    )

    /// What every reading statement selects, in the order of ``read(_:)``.
    static let columns = """
        o.id, o.reference, o.currency, o.customer_id, o.property, o.metadata, o.created_at,
        array(select description from order_items where order_id = o.id order by line),
        array(select coalesce(sku, '') from order_items where order_id = o.id order by line),
        array(select quantity from order_items where order_id = o.id order by line),
        array(select unit_amount from order_items where order_id = o.id order by line)
        """

    static let byID = Statement(
        "order.by_id",
        assembledFromConstants: "select \(columns) from orders o where o.id = $1"
    )
}

extension OrderTable {
    static func insert(_ order: Order) -> [Query] {
        let row = insert(
            .id(order.id),
            .text(order.reference),
            .text(order.currency.code),
            .id(orNull: order.customer),
            .text(orNull: order.property),
            .json(Documents.text(of: order.metadata)),
            .time(order.createdAt)
        )
        guard !order.items.isEmpty else { return [row] }
        let items = insertItems(
            .id(order.id),
            .textArray(order.items.map(\.description)),
            .textArray(order.items.map(\.sku)),
            .int64Array(order.items.map(\.quantity)),
            .int64Array(order.items.map(\.unitAmount))
        )
        return [row, items]
    }

    static func read(_ row: Row) throws(PostgresError) -> Order {
        var reader = ColumnReader(row)
        let id: OrderID = try reader.id()
        let reference = try reader.text()
        let currency = try reader.currency()
        let customer: CustomerID? = try reader.idOrNil()
        let property = try reader.textOrNil()
        let metadata = try Documents.metadata(reader.text())
        let createdAt = try reader.time()
        let descriptions = try reader.textArray()
        let skus = try reader.textArray()
        let quantities = try reader.int64Array()
        let unitAmounts = try reader.int64Array()
        let items = descriptions.indices.map { line in
            Order.Item(
                description: descriptions[line],
                sku: skus[line].isEmpty ? nil : skus[line],
                quantity: quantities[line],
                unitAmount: unitAmounts[line]
            )
        }
        return Order(
            id: id,
            reference: reference,
            currency: currency,
            items: items,
            customer: customer,
            property: property,
            metadata: metadata,
            createdAt: createdAt
        )
    }
}
