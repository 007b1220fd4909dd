-- Cash at the desk, and what currencies are worth.

create table cash_receipts (
    id uuid primary key,
    intent_id uuid not null references intents,
    attempt_id uuid not null unique references attempts,
    drawer text not null check (octet_length(drawer) <= 1000),
    property text,
    direction text not null check (direction in ('received', 'paid_out')),
    amount bigint not null check (amount > 0),
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    recorded_by_key uuid,
    recorded_by_person text,
    recorded_at timestamptz not null,
    constraint cash_receipts_id_tells_time check (
        abs(
            ('x' || translate(left(id::text, 13), '-', ''))::bit(48)::bigint
            - (extract(epoch from recorded_at) * 1000)::bigint
        ) <= 600000
    )
);
create index cash_receipts_drawer on cash_receipts (drawer, id);
create index cash_receipts_intent on cash_receipts (intent_id, id);

-- One unit of the base currency is worth `rate` units of the quote currency, both in major units.
create table fx_rates (
    base text not null check (base ~ '^[A-Z]{3}$'),
    quote text not null check (quote ~ '^[A-Z]{3}$'),
    quoted_at timestamptz not null,
    source text not null check (octet_length(source) <= 1000),
    rate numeric not null check (rate > 0),
    recorded_at timestamptz not null default now(),
    primary key (base, quote, quoted_at, source)
);

grant select, insert on cash_receipts, fx_rates to :"tenant";
