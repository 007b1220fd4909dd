internal import PaymentCore
internal import Postgres

/// What was done to the platform itself, which belongs to no tenant.
enum PlatformAuditTable {
    static let insert = Statement(
        "platform_audit.insert",
        """
        insert into platform_audit (
            id, action, resource, key_id, person, command_user, address, request_id, before, after
        ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """
    )

    static func insert(_ entry: AuditEntry) -> Query { Query(insert, AuditTable.binds(entry)) }
}
