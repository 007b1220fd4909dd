package import PaymentCore
internal import Postgres

extension PostgresLedger: LedgerQueries, HeadSource {
    package func balances(
        at moment: Timestamp?,
        in tenant: TenantID
    ) async throws(StoreError) -> [LedgerAccountBalance] {
        var query = BooksTable.balancesNow()
        if let moment {
            // A moment's own transfers belong to it.
            let place = try await place(before: moment + .microseconds(1), tenant)
            query = BooksTable.balancesAt(.int64(place))
        }
        return try await reading(query, tenant) { (rows) throws(PostgresError) in
            var accounts: [LedgerAccountBalance] = []
            for row in rows {
                var reader = ColumnReader(row)
                accounts.append(try BooksTable.readAccount(&reader))
            }
            return accounts
        }
    }

    package func statement(
        of account: LedgerAccount,
        after position: Int64,
        from: Timestamp?,
        before: Timestamp?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> LedgerStatement? {
        let number = try await reading(BooksTable.accountNumber(.text(account.id)), tenant) {
            (rows) throws(PostgresError) in try rows.first?.int64(0)
        }
        guard let number else { return nil }
        var begin = position
        if let from { begin = max(begin, try await place(before: from, tenant)) }
        var end = Int64.max
        if let before { end = try await place(before: before, tenant) }
        let entries = BooksTable.statement(
            .int64(number),
            .int64(begin),
            .int64(end),
            .count(limit + 1)
        )
        let opening = BooksTable.balance(.int64(number), .int64(begin))
        return try await reading([opening, entries], tenant) { (rows) throws(PostgresError) in
            var reader = ColumnReader(try rows[0].only)
            let opening = try BooksTable.readBalance(&reader)
            var entries: [SealedTransfer] = []
            for row in rows[1] { entries.append(try Self.readPlaced(row)) }
            return LedgerStatement(
                opening: opening,
                entries: Array(entries.prefix(limit)),
                hasMore: entries.count > limit
            )
        }
    }

    package func entries(
        after position: Int64,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [SealedEntry] {
        let query = BooksTable.entries(.int64(position), .count(limit))
        return try await reading(query, tenant) { (rows) throws(PostgresError) in
            var entries: [SealedEntry] = []
            for row in rows {
                var reader = ColumnReader(row)
                let position = try reader.int64()
                let booked = try reader.time()
                let hash = try reader.bytes()
                let transfer = try TransferTable.readSealed(&reader, at: position, booked: booked)
                entries.append(SealedEntry(transfer: transfer, hash: hash))
            }
            return entries
        }
    }

    package func head(in tenant: TenantID) async throws(StoreError) -> LedgerHead? {
        try await reading(BooksTable.lastHead(), tenant) { (rows) throws(PostgresError) in
            try rows.first.map(BooksTable.readHead)
        }
    }

    package func heads(
        after position: Int64,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [LedgerHead] {
        let query = BooksTable.heads(.int64(position), .count(limit))
        return try await reading(query, tenant) { (rows) throws(PostgresError) in
            var heads: [LedgerHead] = []
            for row in rows { heads.append(try BooksTable.readHead(row)) }
            return heads
        }
    }

    package func intents(
        bookedUpTo position: Int64,
        after id: IntentID?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Page<BookedIntent> {
        let query = BooksTable.intents(
            .int64(position),
            .id(id?.uuid ?? UUID7(high: 0, low: 0)),
            .count(limit + 1)
        )
        return try await reading(query, tenant) { (rows) throws(PostgresError) in
            var intents: [BookedIntent] = []
            for row in rows {
                var reader = ColumnReader(row)
                intents.append(
                    BookedIntent(
                        id: try reader.id(),
                        currency: try reader.currency(),
                        captured: try reader.int64(),
                        refunded: try reader.int64(),
                        capturable: try reader.int64(),
                        refundReserved: try reader.int64()
                    )
                )
            }
            return Page(limit, of: intents) { $0.id.uuid }
        }
    }

    private func place(
        before moment: Timestamp,
        _ tenant: TenantID
    ) async throws(StoreError) -> Int64 {
        try await reading(BooksTable.place(.time(moment)), tenant) { (rows) throws(PostgresError) in
            try rows.only.int64(0)
        }
    }

    private static func readPlaced(_ row: Row) throws(PostgresError) -> SealedTransfer {
        var reader = ColumnReader(row)
        let position = try reader.int64()
        let booked = try reader.time()
        return try TransferTable.readSealed(&reader, at: position, booked: booked)
    }
}
