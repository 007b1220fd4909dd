internal import PaymentCore
internal import Postgres

/// Vendors' own transactions, as far as vendors that ask us let us keep them.
enum RecordTable {
    static let columns = """
        r.kind, r.vendor_id, r.number, r.attempt_id, r.state, r.occurred_at, r.document, r.version
        """

    static let insert = Statement(
        "record.insert",
        """
        insert into vendor_records (
            account_id, kind, vendor_id, number, attempt_id, state, occurred_at, document, version
        ) values ($1, $2, $3, $4, $5, $6, $7, $8, 1)
        """
    )

    /// A guard: only over the version that was read.
    static let update = Statement(
        "record.update",
        """
        with changed as (
            update vendor_records set
                state = $5, document = $6, version = version + 1, updated_at = now()
            where account_id = $1 and kind = $2 and vendor_id = $3 and version = $4
            returning version
        )
        select 1 / count(*) from changed
        """
    )

    static let byID = Statement(
        "record.by_id",
        assembledFromConstants: """
            select now(), \(columns) from vendor_records r
            where r.account_id = $1 and r.kind = $2 and r.vendor_id = $3
            """
    )

    static let byNumber = Statement(
        "record.by_number",
        assembledFromConstants: """
            select now(), \(columns) from vendor_records r
            where r.account_id = $1 and r.number = $2
            """
    )

    /// The database's time with each record, or alone when there is none.
    static let ofAttempt = Statement(
        "record.of_attempt",
        assembledFromConstants: """
            select now(), \(columns)
            from (values (1)) one (n)
            left join vendor_records r on r.attempt_id = $2 and r.account_id = $1
            order by r.occurred_at, r.number
            """
    )

    static let ofTime = Statement(
        "record.of_time",
        assembledFromConstants: """
            select now(), \(columns) from vendor_records r
            where r.account_id = $1 and r.kind = $2 and r.occurred_at between $3 and $4
            order by r.occurred_at, r.number limit $5
            """
    )

    static func query(for change: RecordChange) -> Query {
        let record = change.record
        guard record.version > 0 else {
            return insert(
                .id(change.account),
                .text(record.kind),
                .said(record.vendorID),
                .int64(record.number),
                .id(record.attempt),
                .text(record.state),
                .time(record.occurredAt),
                .json(record.document)
            )
        }
        return update(
            .id(change.account),
            .text(record.kind),
            .said(record.vendorID),
            .int64(record.version),
            .text(record.state),
            .json(record.document)
        )
    }

    /// Reads rows, each of the database's time and a record.
    static func read(_ rows: Rows) throws(PostgresError) -> VendorRecords {
        var found = VendorRecords(now: nil, records: [])
        for row in rows {
            var reader = ColumnReader(row)
            found.now = try reader.time()
            if try reader.isNull() { break }
            found.records.append(
                VendorRecord(
                    kind: try reader.text(),
                    vendorID: try reader.text(),
                    number: try reader.int64(),
                    attempt: try reader.id(),
                    state: try reader.text(),
                    occurredAt: try reader.time(),
                    document: try reader.text(),
                    version: try reader.int64()
                )
            )
        }
        return found
    }
}
