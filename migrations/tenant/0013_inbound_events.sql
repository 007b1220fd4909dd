-- Events of other services that this tenant acts on: each once, those about one thing in their order.

create table inbound_events (
    id uuid primary key,
    source text not null check (octet_length(source) <= 1000),
    event_id text not null check (octet_length(event_id) <= 1000),
    event_type text not null check (octet_length(event_type) <= 1000),
    subject text,
    occurred_at timestamptz,
    tenant text,
    correlation text,
    traceparent text,
    -- What it is about: events of one aggregate take effect one after the other.
    aggregate text not null check (octet_length(aggregate) <= 1100),
    -- Its place among them, when its sender numbers them.
    sequence bigint,
    -- Its data, sealed under the tenant's data key: it names guests.
    data_sealed bytea not null,
    data_key integer not null,
    -- The key that it came in under; null when it came over the broker.
    sent_by uuid,
    state text not null check (state in ('received', 'applied', 'dead')),
    -- Why it is dead, or what it waits for.
    reason text,
    detail text check (octet_length(detail) <= 2000),
    intent_id uuid,
    replays integer not null check (replays >= 0),
    received_at timestamptz not null default now(),
    -- Since when it waits: received, or sent again by an operator.
    waits_since timestamptz not null default now(),
    ended_at timestamptz,
    constraint inbound_events_once unique (source, event_id),
    constraint inbound_events_dead_for_a_reason check (state <> 'dead' or reason is not null),
    constraint inbound_events_ended check ((state = 'received') = (ended_at is null))
);
create index inbound_events_waiting on inbound_events (aggregate, id) where state = 'received';
create index inbound_events_dead on inbound_events (id) where state = 'dead';
create index inbound_events_applied on inbound_events (ended_at) where state = 'applied';

-- How far the sequence of each aggregate has come.
create table inbound_aggregates (
    aggregate text primary key,
    sequence bigint not null
);

-- Which payment is whose, and what the rate plan said. Written with the payment.
create table reservations (
    reservation_id text primary key check (octet_length(reservation_id) <= 1000),
    intent_id uuid not null references intents,
    held_by uuid not null,
    capture text not null check (capture in ('on_confirm', 'on_arrival', 'immediate')),
    -- Minor units of the payment's currency.
    first_night_amount bigint check (first_night_amount > 0),
    created_at timestamptz not null default now()
);
create unique index reservations_intent on reservations (intent_id);

-- What an event belongs to in the words of who began it; null when to its aggregate alone.
alter table outbox add column conversation text;

grant select, insert, delete,
    update (state, reason, detail, intent_id, replays, waits_since, ended_at)
    on inbound_events to :"tenant";
grant select, insert, update (sequence) on inbound_aggregates to :"tenant";
grant select, insert on reservations to :"tenant";
