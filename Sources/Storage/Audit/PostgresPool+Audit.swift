internal import PaymentCore
internal import Postgres

/// Configuration changes and who made them, in one commit.
extension PostgresPool {
    /// Commits `queries` under `role`, and with them the entry, unless those that can miss found
    /// nothing to change.
    ///
    /// What all tenants share is written under another role than the trail: the role is switched
    /// inside the transaction, as a statement may do that names no schema.
    ///
    /// - Parameters:
    ///   - deciding: which of the queries show whether anything changed.
    ///   - tenant: whose trail it is; nil: the platform's, which `role` must be able to write.
    func change(
        _ queries: [Query],
        role: String,
        deciding: Range<Int> = 0..<1,
        noting entry: AuditEntry?,
        in tenant: TenantID?
    ) async throws(StoreError) -> [Rows] {
        guard let entry else {
            return try await storing { () async throws(PostgresError) in
                try await transaction(role: role, queries)
            }
        }
        let trail: [Query]
        if let tenant {
            // Sealing it is work.
            try await storing { () async throws(PostgresError) in
                _ = try await transaction(
                    role: TenantSchema.control,
                    [WorkMarks.mark(.id(tenant))]
                )
            }
            let role = TenantSchema(tenant).role
            trail = [AuditTable.takeRole(.text(role)), AuditTable.insert(entry)]
        } else {
            trail = [PlatformAuditTable.insert(entry)]
        }
        do {
            return try await interactive(role: role) { transaction in
                let rows = try await transaction.run(queries)
                let isChanged = rows[deciding.clamped(to: rows.indices)].contains {
                    $0.affected > 0
                }
                _ = try await transaction.commit(isChanged ? trail : [])
                return rows
            }
        } catch {
            throw StoreError(any: error)
        }
    }
}
