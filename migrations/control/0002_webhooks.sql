-- What vendors told us: stored before it is answered, applied after.

create table webhooks (
    id uuid primary key,
    tenant_id uuid not null references tenants,
    account_id uuid not null references merchant_accounts,
    vendor text not null check (vendor ~ '^[a-z0-9_]{1,32}$'),
    event_key text not null check (octet_length(event_key) <= 1000),
    event_type text not null,
    received_at timestamptz not null default now(),
    state text not null check (state in ('received', 'applied', 'kept', 'dead')),
    due_at timestamptz not null,
    run integer not null check (run >= 0),
    last_error text,
    duplicates integer not null check (duplicates >= 0),
    -- The delivery, sealed under the tenant's data key; forgotten after its retention.
    delivery_sealed bytea,
    delivery_key integer,
    -- Never by the event alone: one tenant could silence another's.
    constraint webhooks_event unique (account_id, event_key),
    constraint webhooks_delivery check (num_nulls(delivery_sealed, delivery_key) in (0, 2))
);
create index webhooks_due on webhooks (due_at) where state = 'received';
create index webhooks_tenant on webhooks (tenant_id, id);
create index webhooks_tenant_state on webhooks (tenant_id, state, id);
create index webhooks_received on webhooks (received_at);

grant select, insert, delete, update (state, due_at, run, last_error, duplicates)
    on webhooks to :"control";
