-- Who is told of events over signed HTTP, and what became of each telling.

create table event_subscriptions (
    id uuid primary key,
    url text not null check (octet_length(url) <= 2048),
    description text check (octet_length(description) <= 1000),
    -- Null: every type.
    event_types text[],
    state text not null check (state in ('active', 'disabled')),
    disabled_reason text,
    -- The signing secret, and during a rotation the one before, sealed under the tenant's data key.
    secret_sealed bytea not null,
    secret_key integer not null,
    previous_sealed bytea,
    previous_key integer,
    previous_until timestamptz,
    -- Up to where in the feed deliveries have been made.
    cursor bigint not null check (cursor >= 0),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint event_subscriptions_previous check (
        num_nonnulls(previous_sealed, previous_key, previous_until) in (0, 3)
    )
);

create table event_deliveries (
    subscription_id uuid not null references event_subscriptions on delete cascade,
    event_id uuid not null,
    position bigint not null,
    event_type text not null,
    state text not null check (state in ('ready', 'delivered', 'dead')),
    due_at timestamptz not null,
    run integer not null check (run >= 0),
    last_status integer,
    last_error text check (octet_length(last_error) <= 1000),
    created_at timestamptz not null default now(),
    ended_at timestamptz,
    primary key (subscription_id, event_id)
);
create index event_deliveries_due on event_deliveries (due_at) where state = 'ready';
create index event_deliveries_position on event_deliveries (subscription_id, position);
create index event_deliveries_ended on event_deliveries (ended_at) where ended_at is not null;

grant select, insert, delete, update (
    url, description, event_types, state, disabled_reason, secret_sealed, secret_key,
    previous_sealed, previous_key, previous_until, cursor, updated_at
) on event_subscriptions to :"tenant";
grant select, insert, delete, update (state, due_at, run, last_status, last_error, ended_at)
    on event_deliveries to :"tenant";
