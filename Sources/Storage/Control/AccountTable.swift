internal import PaymentCore
internal import Postgres

/// The merchant accounts of all tenants.
enum AccountTable {
    static let insert = Statement(
        "account.insert",
        """
        insert into merchant_accounts (
            id, tenant_id, vendor, name, mode, is_default, is_active, settlement_currency,
            webhook_networks, webhook_route,
            credentials_source, credentials_sealed, credentials_key, credentials_pointer
        ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        """
    )

    /// One account is the default of a tenant's vendor and mode: the newest choice.
    static let clearDefault = Statement(
        "account.clear_default",
        """
        update merchant_accounts set is_default = false, updated_at = now()
        where tenant_id = $1 and vendor = $2 and mode = $3 and is_default and id <> $4
        """
    )

    /// A guard: fails when the tenant has no such account, or it was changed since it was read.
    static let update = Statement(
        "account.update",
        """
        with changed as (
            update merchant_accounts set
                name = $3, is_default = $4, is_active = $5, settlement_currency = $6,
                webhook_networks = $7, webhook_route = $8, updated_at = now()
            where id = $1 and tenant_id = $2
            and ($9::timestamptz is null or updated_at = $9)
            returning id
        )
        select 1 / count(*) from changed
        """
    )

    static let setCredentials = Statement(
        "account.set_credentials",
        """
        update merchant_accounts set
            credentials_source = $2, credentials_sealed = $3, credentials_key = $4,
            credentials_pointer = $5, updated_at = now()
        where id = $1
        """
    )

    static let columns = """
        a.id, a.tenant_id, a.vendor, a.name, a.mode, a.is_default, a.is_active,
        a.settlement_currency, a.webhook_networks, a.webhook_route, a.credentials_source, a.credentials_sealed, a.credentials_key,
        a.credentials_pointer, a.updated_at
        """

    static let ofTenant = Statement(
        "account.of_tenant",
        assembledFromConstants: """
            select \(columns) from merchant_accounts a where a.tenant_id = $1 order by a.id
            """
    )

    /// Two are enough to know that the route is ambiguous.
    static let byRoute = Statement(
        "account.by_route",
        """
        select id from merchant_accounts
        where vendor = $1 and webhook_route = $2 and is_active and ($3::text is null or mode = $3)
        limit 2
        """
    )

    /// The same among those that take no new payments.
    static let inactiveByRoute = Statement(
        "account.inactive_by_route",
        """
        select id from merchant_accounts
        where vendor = $1 and webhook_route = $2 and not is_active
            and ($3::text is null or mode = $3)
        limit 2
        """
    )

    static let byID = Statement(
        "account.by_id",
        assembledFromConstants: "select \(columns) from merchant_accounts a where a.id = $1"
    )
}

/// An account as it is stored, with its secrets still sealed or elsewhere.
struct StoredAccount {
    enum Source: String {
        case stored, environment, file, secret
    }

    let id: MerchantAccountID
    let tenant: TenantID
    let vendor: VendorID
    let name: String
    let mode: MerchantAccount.Mode
    let isDefault: Bool
    let isActive: Bool
    let settlementCurrency: Currency?
    let webhookNetworks: [IPNetwork]
    let webhookRoute: String?
    let source: Source
    let sealed: [UInt8]?
    let keyVersion: Int?
    let pointer: String?
    let updatedAt: Timestamp

    init(_ row: Row) throws(PostgresError) {
        var reader = ColumnReader(row)
        id = try reader.id()
        tenant = try reader.id()
        vendor = try reader.vendor()
        name = try reader.text()
        mode = try reader.word()
        isDefault = try reader.bool()
        isActive = try reader.bool()
        settlementCurrency = try reader.currencyOrNil()
        webhookNetworks = try reader.textArray().compactMap { IPNetwork($0) }
        webhookRoute = try reader.textOrNil()
        source = try reader.word()
        sealed = try reader.bytesOrNil()
        keyVersion = try reader.intOrNil()
        pointer = try reader.textOrNil()
        updatedAt = try reader.time()
    }

    func resolved(_ credentials: Credentials) -> MerchantAccount {
        MerchantAccount(
            id: id,
            tenant: tenant,
            vendor: vendor,
            name: name,
            mode: mode,
            isDefault: isDefault,
            isActive: isActive,
            settlementCurrency: settlementCurrency,
            credentials: credentials,
            webhookNetworks: webhookNetworks,
            webhookRoute: webhookRoute,
            updatedAt: updatedAt
        )
    }
}
