internal import PaymentCore
internal import Postgres

/// The bearer keys, known by their hashes alone.
enum KeyTable {
    static let insert = Statement(
        "api_key.insert",
        """
        insert into api_keys (
            id, tenant_id, name, hash, permissions, rate_limit, created_at, expires_at, revoked_at
        ) values ($1, $2, $3, $4, $5, $6, $7, $8, case when $9 then now() end)
        """
    )

    static let columns = """
        k.id, k.tenant_id, k.name, k.permissions, k.rate_limit, k.created_at, k.expires_at,
        k.revoked_at is not null
        """

    static let byHash = Statement(
        "api_key.by_hash",
        assembledFromConstants: """
            select \(columns) from api_keys k
            where k.hash = $1 and k.revoked_at is null
            and (k.expires_at is null or k.expires_at > now())
            """
    )

    static let ofTenant = Statement(
        "api_key.of_tenant",
        assembledFromConstants: """
            select \(columns) from api_keys k
            where k.tenant_id is not distinct from $1 order by k.id
            """
    )

    static let revoke = Statement(
        "api_key.revoke",
        """
        update api_keys set revoked_at = coalesce(revoked_at, now())
        where id = $1 and tenant_id is not distinct from $2
        """
    )

    static func insert(_ key: APIKey, hash: [UInt8]) -> Query {
        insert(
            .id(key.id),
            .id(orNull: key.tenant),
            .text(key.name),
            .bytes(hash),
            .textArray(key.permissions.map(\.rawValue).sorted()),
            .int64(orNull: key.rateLimit.map(Int64.init)),
            .time(key.createdAt),
            .time(orNull: key.expiresAt),
            .bool(key.isRevoked)
        )
    }

    /// A permission that this program does not know is one that it cannot grant: left out.
    static func read(_ row: Row) throws(PostgresError) -> APIKey {
        var reader = ColumnReader(row)
        return APIKey(
            id: try reader.id(),
            tenant: try reader.idOrNil(),
            name: try reader.text(),
            permissions: Set(try reader.textArray().compactMap(Permission.init)),
            rateLimit: try reader.intOrNil(),
            createdAt: try reader.time(),
            expiresAt: try reader.timeOrNil(),
            isRevoked: try reader.bool()
        )
    }
}
