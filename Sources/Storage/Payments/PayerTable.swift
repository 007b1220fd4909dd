internal import PaymentCore
internal import Postgres

/// The accounts that payments came from, where a refund has to be sent to them: personal data,
/// sealed.
enum PayerTable {
    /// The first reported for an attempt stays: its notification comes more than once.
    static let insert = Statement(
        "payer.insert",
        """
        insert into payer_accounts (attempt_id, account_sealed, account_key) values ($1, $2, $3)
        on conflict (attempt_id) do nothing
        """
    )

    static let ofAttempt = Statement(
        "payer.of_attempt",
        "select account_sealed, account_key from payer_accounts where attempt_id = $1"
    )

    static func insert(_ payer: PayerAccount, _ keys: TenantKeys?) throws(StoreError) -> Query {
        guard let keys else { throw StoreError(.fault, "an account needs the tenant's keys") }
        return insert(
            .id(payer.attempt),
            .bytes(keys.seal(payer.account.value, as: .payer(payer.attempt))),
            .count(keys.currentVersion)
        )
    }
}

/// A payer's account as it is stored, still sealed.
struct StoredPayer {
    let sealed: [UInt8]
    /// The version of the data key that sealed it.
    let keyVersion: Int

    init(_ row: Row) throws(PostgresError) {
        var reader = ColumnReader(row)
        sealed = try reader.bytes()
        keyVersion = try reader.int()
    }

    func opened(
        of attempt: AttemptID,
        with keys: TenantKeys
    ) throws(StoreError) -> VendorToken {
        guard let text = keys.open(sealed, version: keyVersion, as: .payer(attempt)) else {
            throw StoreError(.fault, "a stored account does not open with its key")
        }
        return VendorToken(String(decoding: text, as: UTF8.self))
    }
}
