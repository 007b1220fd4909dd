internal import PaymentCore
internal import Postgres

/// The cash receipts of one tenant.
enum ReceiptTable {
    static let insert = Statement(
        "receipt.insert",
        """
        insert into cash_receipts (
            id, intent_id, attempt_id, drawer, property, direction, amount, currency,
            recorded_by_key, recorded_by_person, recorded_at
        ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """
    )

    static let columns = """
        r.id, r.intent_id, r.attempt_id, r.drawer, r.property, r.direction, r.amount, r.currency,
        r.recorded_by_key, r.recorded_by_person, r.recorded_at
        """

    /// Of a drawer in a period, both ends included.
    static let ofDrawer = Statement(
        "receipt.of_drawer",
        assembledFromConstants: """
            select \(columns) from cash_receipts r
            where r.drawer = $1 and r.recorded_at >= $2 and r.recorded_at <= $3 order by r.id
            """
    )

    static func insert(_ receipt: CashReceipt) -> Query {
        insert(
            .id(receipt.id),
            .id(receipt.intent),
            .id(receipt.attempt),
            .text(receipt.drawer),
            .text(orNull: receipt.property),
            .word(receipt.direction),
            .int64(receipt.amount.minorUnits),
            .text(receipt.amount.currency.code),
            .id(orNull: receipt.recordedBy.key),
            .text(orNull: receipt.recordedBy.person),
            .time(receipt.recordedAt)
        )
    }

    static func read(_ row: Row) throws(PostgresError) -> CashReceipt {
        var reader = ColumnReader(row)
        return CashReceipt(
            id: try reader.id(),
            intent: try reader.id(),
            attempt: try reader.id(),
            drawer: try reader.text(),
            property: try reader.textOrNil(),
            direction: try reader.word(),
            amount: Money(try reader.int64(), try reader.currency()),
            recordedBy: try reader.actor(),
            recordedAt: try reader.time()
        )
    }
}
