internal import Postgres

/// What an erased tenant leaves in the control schema: each can be repeated.
enum TenantErasure {
    /// Deliveries deleted in one transaction.
    static let batch = 1_000

    /// Under the schema's owner, in one transaction.
    static let control = [erased, keys, credentials, apiKeys]

    static let isErased = Statement(
        "tenant.is_erased",
        "select erased_at is not null from tenants where id = $1"
    )

    /// Its schema has no version from now on: nobody looks for jobs or work in it.
    static let erased = Statement(
        "tenant.erase",
        """
        update tenants set
            erased_at = coalesce(erased_at, now()), schema_version = 0, marked_at = null,
            next_due_at = null, updated_at = now()
        where id = $1
        """
    )

    static let keys = Statement(
        "tenant_key.erase",
        "delete from tenant_keys where tenant_id = $1"
    )

    /// The account keeps its name, and a pointer that leads nowhere.
    static let credentials = Statement(
        "account.erase",
        """
        update merchant_accounts set
            is_default = false, is_active = false, credentials_source = 'environment',
            credentials_sealed = null, credentials_key = null, credentials_pointer = '{}',
            webhook_route = null, updated_at = now()
        where tenant_id = $1
        """
    )

    static let apiKeys = Statement(
        "api_key.erase",
        "update api_keys set revoked_at = coalesce(revoked_at, now()) where tenant_id = $1"
    )

    static let webhooks = Statement(
        "webhook.erase",
        """
        delete from webhooks where id in (
            select id from webhooks where tenant_id = $1 limit $2
        )
        """
    )
}
