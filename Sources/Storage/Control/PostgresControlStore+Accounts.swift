package import PaymentCore
internal import Postgres

/// Merchant accounts with their secrets, which are resolved at every reading.
extension PostgresControlStore {
    package func accounts(of tenant: TenantID) async throws(StoreError) -> [MerchantAccount] {
        let stored = try await finding(AccountTable.ofTenant(.id(tenant))) {
            rows throws(PostgresError) in
            var accounts: [StoredAccount] = []
            for row in rows { accounts.append(try StoredAccount(row)) }
            return accounts
        }
        var accounts: [MerchantAccount] = []
        for account in stored { accounts.append(try await resolve(account)) }
        return accounts
    }

    package func account(
        _ id: MerchantAccountID
    ) async throws(StoreError) -> MerchantAccount? {
        let stored = try await finding(AccountTable.byID(.id(id))) { rows throws(PostgresError) in
            try rows.first.map(StoredAccount.init)
        }
        guard let stored else { return nil }
        return try await resolve(stored)
    }

    package func account(
        of vendor: VendorID,
        named name: DeliveryRouting.Name
    ) async throws(StoreError) -> MerchantAccountID? {
        // One that takes no new payments is still notified of its earlier ones.
        for statement in [AccountTable.byRoute, AccountTable.inactiveByRoute] {
            let query = statement(
                .text(vendor.name),
                .text(name.text),
                .text(orNull: name.mode?.rawValue)
            )
            let found = try await finding(query) { rows throws(PostgresError) in
                try rows.map { row throws(PostgresError) -> MerchantAccountID in
                    var reader = ColumnReader(row)
                    return try reader.id()
                }
            }
            if let id = found.first { return found.count == 1 ? id : nil }
        }
        return nil
    }

    package func insert(
        _ account: MerchantAccount,
        credentials: CredentialSource
    ) async throws(StoreError) {
        let keys = try await keys.keys(of: account.tenant, pool)
        let row = Query(
            AccountTable.insert,
            [
                .id(account.id), .id(account.tenant), .text(account.vendor.name),
                .text(account.name), .word(account.mode), .bool(account.isDefault),
                .bool(account.isActive), .text(orNull: account.settlementCurrency?.code),
                .textArray(account.webhookNetworks.map(\.description)),
                .text(orNull: account.webhookRoute),
            ] + CredentialColumns.binds(credentials, of: account.id, keys)
        )
        let cleared = clearingDefault(for: account)
        _ = try await changing(
            cleared + [row],
            deciding: cleared.count..<cleared.count + 1,
            of: account.tenant
        )
    }

    /// Vendor, mode and tenant stay as they are; without `credentials` so do the secrets.
    package func update(
        _ account: MerchantAccount,
        credentials: CredentialSource?
    ) async throws(StoreError) {
        var queries = clearingDefault(for: account)
        let deciding = queries.count..<queries.count + 1
        queries.append(
            AccountTable.update(
                .id(account.id),
                .id(account.tenant),
                .text(account.name),
                .bool(account.isDefault),
                .bool(account.isActive),
                .text(orNull: account.settlementCurrency?.code),
                .textArray(account.webhookNetworks.map(\.description)),
                .text(orNull: account.webhookRoute),
                .time(orNull: account.updatedAt)
            )
        )
        if let credentials {
            let keys = try await keys.keys(of: account.tenant, pool)
            queries.append(
                Query(
                    AccountTable.setCredentials,
                    [.id(account.id)] + CredentialColumns.binds(credentials, of: account.id, keys)
                )
            )
        }
        _ = try await changing(queries, deciding: deciding, of: account.tenant)
    }

    private func clearingDefault(for account: MerchantAccount) -> [Query] {
        guard account.isDefault, account.isActive else { return [] }
        return [
            AccountTable.clearDefault(
                .id(account.tenant),
                .text(account.vendor.name),
                .word(account.mode),
                .id(account.id)
            )
        ]
    }

    /// A pointer that leads nowhere leaves its fields out: the account stays visible, and its
    /// vendor is not asked without a secret.
    private func resolve(_ account: StoredAccount) async throws(StoreError) -> MerchantAccount {
        switch account.source {
        case .stored:
            guard let sealed = account.sealed, let version = account.keyVersion else {
                throw StoreError(.fault, "a stored account has no credentials")
            }
            let keys = try await keys.keys(of: account.tenant, including: version, pool)
            let opened = keys.open(sealed, version: version, as: .credentials(account.id))
            guard let credentials = opened.flatMap(CredentialColumns.credentials) else {
                throw StoreError(.fault, "stored credentials do not open with their key")
            }
            return account.resolved(credentials)
        case .environment:
            let variables = try decoding { () throws(PostgresError) in
                try Documents.metadata(account.pointer ?? "{}")
            }
            return account.resolved(secrets.environment(variables))
        case .file:
            let pointer = try decoding { () throws(PostgresError) in
                try Documents.metadata(account.pointer ?? "{}")
            }
            return account.resolved(await secrets.file(pointer["path"] ?? ""))
        case .secret:
            let pointer = try decoding { () throws(PostgresError) in
                try Documents.metadata(account.pointer ?? "{}")
            }
            return account.resolved(await secrets.secret(pointer["name"] ?? ""))
        }
    }
}
