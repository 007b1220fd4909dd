package import PaymentCore
import Postgres

extension PostgresPaymentStore {
    package func vendorRecords(
        _ search: VendorRecordSearch,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> [VendorRecord] {
        let query =
            switch search {
            case .record(let kind, let vendorID):
                RecordTable.byID(.id(account), .text(kind), .said(vendorID))
            case .number(let number): RecordTable.byNumber(.id(account), .int64(number))
            case .time(let kind, let from, let to, let limit):
                RecordTable.ofTime(
                    .id(account),
                    .text(kind),
                    .time(from),
                    .time(to),
                    .count(limit)
                )
            }
        return try await reading(query, tenant) { rows throws(PostgresError) in
            try RecordTable.read(rows).records
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
