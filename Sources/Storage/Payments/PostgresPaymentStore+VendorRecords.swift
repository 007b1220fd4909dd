package import PaymentCore
import Postgres

extension PostgresPaymentStore {
    package func vendorRecords(
        _ search: VendorRecordSearch,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> [VendorRecord] {
        let decode = { (rows: Rows) throws(PostgresError) in try RecordTable.read(rows).records }
        switch search {
        case .record(let kind, let vendorID):
            let query = RecordTable.byID(.id(account), .text(kind), .said(vendorID))
            return try await reading(query, tenant, decode)
        case .number(let number):
            return try await reading(
                RecordTable.byNumber(.id(account), .int64(number)),
                tenant,
                decode
            )
        case .time(let kind, let from, let to, let limit):
            let query = RecordTable.ofTime(
                .id(account),
                .text(kind),
                .time(from),
                .time(to),
                .count(limit)
            )
            return try await storing { () async throws(PostgresError) in
                try decode(await pool.read(role: TenantSchema(tenant).role, [query])[0])
            }
        }
    }

    /// Two round trips, as ``revise(_:in:_:)``: the records are read behind the payment's lock, so
    /// that of several questions about one payment each sees what the one before it changed.
    package func revise<Answer: Sendable>(
        _ id: IntentID,
        recordsOf attempt: AttemptID,
        at account: MerchantAccountID,
        in tenant: TenantID,
        _ decide: @Sendable (Payment, VendorRecords) -> Revision<Answer>
    ) async throws(StoreError) -> Answer? {
        try await revise(
            id,
            reading: [RecordTable.ofAttempt(.id(account), .id(attempt))],
            in: tenant
        ) { payment, rows throws(PostgresError) in
            decide(payment, try RecordTable.read(rows[0]))
        }
    }
}
