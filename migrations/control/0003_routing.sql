-- Which accounts a tenant's payments take. Every version stays: a payment names the one that sent it
-- where it went.

create table routes (
    tenant_id uuid not null references tenants,
    version bigint not null check (version > 0),
    -- The rules in order, as the gateway wrote them.
    rules json not null,
    changed_by_key uuid,
    changed_by_person text,
    changed_at timestamptz not null,
    primary key (tenant_id, version)
);

grant select, insert on routes to :"control";
