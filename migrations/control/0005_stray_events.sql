-- Events of other services that are for no tenant, or cannot be read: kept for an operator.

create table stray_events (
    id uuid primary key,
    -- Where it was read: the same place brings the same event.
    origin text not null unique check (octet_length(origin) <= 1000),
    reason text not null check (octet_length(reason) <= 100),
    -- Masked; there is no tenant whose key could seal it.
    body text not null,
    received_at timestamptz not null default now()
);

grant select, insert, delete on stray_events to :"control";
