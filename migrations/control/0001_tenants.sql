-- Who the tenants are, who may call for them, and which of them have work waiting.

create table tenants (
    id uuid primary key,
    name text not null,
    state text not null check (state in ('active', 'suspended', 'dropped')),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    -- The last migration that its schema has; 0 until it is provisioned.
    schema_version integer not null check (schema_version >= 0),
    -- Set before somebody writes work into the tenant's schema, cleared when none is left.
    marked_at timestamptz,
    -- When its next job is due, found out when the mark was cleared.
    next_due_at timestamptz
);
create index tenants_marked on tenants (marked_at) where marked_at is not null;
create index tenants_due on tenants (next_due_at) where next_due_at is not null;

-- A tenant's data keys, each wrapped by a key that is kept elsewhere.
create table tenant_keys (
    tenant_id uuid not null references tenants,
    version integer not null check (version > 0),
    wrapped bytea not null,
    -- The wrapping key's name in the key management.
    wrapping_key text not null,
    created_at timestamptz not null default now(),
    primary key (tenant_id, version)
);

create table api_keys (
    id uuid primary key,
    -- Null: the platform's own key.
    tenant_id uuid references tenants,
    name text not null,
    hash bytea not null unique check (octet_length(hash) = 32),
    permissions text[] not null,
    -- Requests per second.
    rate_limit integer check (rate_limit > 0),
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz
);
create index api_keys_tenant on api_keys (tenant_id, id);

create table merchant_accounts (
    id uuid primary key,
    tenant_id uuid not null references tenants,
    vendor text not null check (vendor ~ '^[a-z0-9_]{1,32}$'),
    name text not null,
    mode text not null check (mode in ('test', 'live')),
    is_default boolean not null,
    is_active boolean not null,
    settlement_currency text check (settlement_currency ~ '^[A-Z]{3}$'),
    -- Where the secrets are: here, sealed under the tenant's data key, or where a pointer says.
    credentials_source text not null check (
        credentials_source in ('stored', 'environment', 'file')
    ),
    credentials_sealed bytea,
    credentials_key integer,
    credentials_pointer json,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint merchant_accounts_credentials check (
        (credentials_source = 'stored')
        = (num_nonnulls(credentials_sealed, credentials_key) = 2)
        and (credentials_source <> 'stored') = (credentials_pointer is not null)
        and num_nonnulls(credentials_sealed, credentials_key) in (0, 2)
    )
);
create unique index merchant_accounts_one_default on merchant_accounts (tenant_id, vendor, mode)
    where is_default and is_active;
create index merchant_accounts_tenant on merchant_accounts (tenant_id, id);

-- Requests run under the role of the schema's name. They may change nothing but what is named here.
grant usage on schema :"control" to :"control";
grant select, insert,
    update (name, state, updated_at, schema_version, marked_at, next_due_at)
    on tenants to :"control";
grant select, insert on tenant_keys to :"control";
grant select, insert, update (revoked_at) on api_keys to :"control";
grant select, insert, update (
    name, is_default, is_active, settlement_currency, credentials_source, credentials_sealed,
    credentials_key, credentials_pointer, updated_at
) on merchant_accounts to :"control";
