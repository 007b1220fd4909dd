-- What makes a change happen once, what must happen later, and what is told to others.

create table idempotency_keys (
    key text primary key check (octet_length(key) <= 1000),
    fingerprint bytea not null,
    operation text not null,
    created_at timestamptz not null default now(),
    recovery_point text not null check (
        recovery_point in ('started', 'validated', 'authorized', 'completed')
    ),
    intent_id uuid,
    attempt_id uuid,
    answer_status integer check (answer_status between 200 and 599),
    answer_body text,
    -- Until when its taker may hold it.
    running_until timestamptz not null,
    constraint idempotency_keys_answer check (
        (recovery_point = 'completed') = (answer_status is not null)
        and num_nulls(answer_status, answer_body) in (0, 2)
    )
);
create index idempotency_keys_created on idempotency_keys (created_at);

-- Webhooks that have taken effect here.
create table webhook_effects (
    account_id uuid not null,
    event_key text not null check (octet_length(event_key) <= 1000),
    applied_at timestamptz not null default now(),
    primary key (account_id, event_key)
);
create index webhook_effects_applied on webhook_effects (applied_at);

create table jobs (
    kind text not null,
    subject text not null,
    state text not null check (state in ('ready', 'dead')),
    due_at timestamptz not null,
    run integer not null check (run >= 0),
    -- Grows with every claim and schedule, also over a deletion: it starts at the clock.
    epoch bigint not null,
    last_error text,
    primary key (kind, subject)
);
create index jobs_due on jobs (due_at) where state = 'ready';
create index jobs_dead on jobs (due_at) where state = 'dead';

-- The columns that Debezium's outbox event router expects, then ours.
create table outbox (
    id uuid primary key,
    aggregatetype text not null,
    aggregateid text not null,
    type text not null,
    payload json not null,
    -- Dense per aggregate, given with the change.
    sequence bigint not null check (sequence > 0),
    -- Dense per tenant, given after the commit.
    position bigint unique check (position > 0),
    occurred_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    correlation text,
    traceparent text,
    constraint outbox_sequence unique (aggregateid, sequence)
) with (autovacuum_vacuum_scale_factor = 0.02);
create index outbox_waiting on outbox (recorded_at) where position is null;

-- Whoever locks this row gives the next positions.
create table publisher (
    id integer primary key check (id = 1),
    last_position bigint not null check (last_position >= 0),
    -- Grows with every turn that published.
    epoch bigint not null
);
insert into publisher (id, last_position, epoch) values (1, 0, 0);

grant select, insert, delete,
    update (recovery_point, attempt_id, answer_status, answer_body, running_until)
    on idempotency_keys to :"tenant";
grant select, insert, delete on webhook_effects to :"tenant";
grant select, insert, delete, update (state, due_at, run, epoch, last_error) on jobs to :"tenant";
grant select, insert, delete, update (position) on outbox to :"tenant";
grant select, update (last_position, epoch) on publisher to :"tenant";
