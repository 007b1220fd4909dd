internal import PaymentCore
internal import Postgres

/// The customers of one tenant, and what vendors call them.
enum CustomerTable {
    static let insert = Statement(
        "customer.insert",
        """
        insert into customers (
            id, reference, name, email, phone, metadata, created_at, updated_at
        ) values ($1, $2, $3, $4, $5, $6, $7, $8)
        """
    )

    /// A guard: fails when there is no such customer, or it was changed meanwhile.
    static let update = Statement(
        "customer.update",
        """
        with changed as (
            update customers set
                reference = $2, name = $3, email = $4, phone = $5, metadata = $6, updated_at = $7
            where id = $1 and updated_at = $8
            returning id
        )
        select 1 / count(*) from changed
        """
    )

    static let columns =
        "c.id, c.reference, c.name, c.email, c.phone, c.metadata, c.created_at, c.updated_at"

    static let byID = Statement(
        "customer.by_id",
        assembledFromConstants: "select \(columns) from customers c where c.id = $1"
    )

    static let byReference = Statement(
        "customer.by_reference",
        "select id from customers where reference = $1"
    )

    static let reference = Statement(
        "customer.vendor_reference",
        "select reference from customer_references where customer_id = $1 and account_id = $2"
    )

    /// The first recording wins; whoever comes second reads it.
    static let recordReference = Statement(
        "customer.record_vendor_reference",
        """
        insert into customer_references (customer_id, account_id, reference) values ($1, $2, $3)
        on conflict (customer_id, account_id) do nothing
        """
    )
}

extension CustomerTable {
    static func insert(_ customer: Customer) -> Query {
        insert(
            .id(customer.id),
            .text(orNull: customer.reference),
            .text(orNull: customer.name),
            .text(orNull: customer.email),
            .text(orNull: customer.phone),
            .json(Documents.text(of: customer.metadata)),
            .time(customer.createdAt),
            .time(customer.updatedAt)
        )
    }

    static func update(_ customer: Customer, as known: Timestamp) -> Query {
        update(
            .id(customer.id),
            .text(orNull: customer.reference),
            .text(orNull: customer.name),
            .text(orNull: customer.email),
            .text(orNull: customer.phone),
            .json(Documents.text(of: customer.metadata)),
            .time(customer.updatedAt),
            .time(known)
        )
    }

    static func read(_ row: Row) throws(PostgresError) -> Customer {
        var reader = ColumnReader(row)
        return Customer(
            id: try reader.id(),
            reference: try reader.textOrNil(),
            name: try reader.textOrNil(),
            email: try reader.textOrNil(),
            phone: try reader.textOrNil(),
            metadata: try Documents.metadata(reader.text()),
            createdAt: try reader.time(),
            updatedAt: try reader.time()
        )
    }
}
