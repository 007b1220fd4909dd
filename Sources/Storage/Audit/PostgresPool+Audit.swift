internal import PaymentCore
internal import Postgres

/// Changes of configuration with who made them, in one commit.
extension PostgresPool {
    /// Commits `queries` under `role`, and with them the entry, unless the first of them that can
    /// miss found nothing to change.
    ///
    /// What all tenants share is written under another role than the trail: the role is switched
    /// inside the transaction, as a statement may do that names no schema.
    ///
    /// - Parameter deciding: which of the queries tells whether anything changed.
    func change(
        _ queries: [Query],
        role: String,
        deciding: Int = 0,
        noting entry: AuditEntry?,
        in tenant: TenantID?
    ) async throws(StoreError) -> [Rows] {
        guard let entry, let tenant else {
            return try await storing { () async throws(PostgresError) in
                try await transaction(role: role, queries)
            }
        }
        // Sealing it is work.
        try await storing { () async throws(PostgresError) in
            _ = try await transaction(
                role: TenantSchema.control,
                [WorkMarks.mark(.id(tenant))]
            )
        }
        do {
            return try await interactive(role: role) { transaction in
                let rows = try await transaction.run(queries)
                let isChanged = rows.indices.contains(deciding) && rows[deciding].affected > 0
                _ = try await transaction.commit(
                    isChanged
                        ? [
                            AuditTable.takeRole(.text(TenantSchema(tenant).role)),
                            AuditTable.insert(entry),
                        ] : []
                )
                return rows
            }
        } catch {
            throw StoreError(any: error)
        }
    }
}
