-- The books' order, sealed after the commits: every transfer gets a place and a hash over itself and
-- the hash before, so that no one can change, remove or insert one unseen.

create table ledger_accounts (
    number bigint primary key check (number > 0),
    name text not null unique,
    opened_at timestamptz not null default now()
);

create table ledger_seals (
    position bigint primary key check (position > 0),
    transfer_id uuid not null unique,
    debit bigint not null,
    credit bigint not null,
    -- The latest moment that was posted up to here: never falls, so a time is a place.
    booked_at timestamptz not null,
    hash bytea not null check (octet_length(hash) = 32)
);
create index ledger_seals_debit on ledger_seals (debit, position);
create index ledger_seals_credit on ledger_seals (credit, position);

-- What had gone through an account up to a place; one with every batch that touches it.
create table ledger_snapshots (
    account bigint not null,
    position bigint not null,
    debits_posted bigint not null check (debits_posted >= 0),
    credits_posted bigint not null check (credits_posted >= 0),
    debits_pending bigint not null,
    credits_pending bigint not null,
    booked_at timestamptz not null,
    primary key (account, position)
);
-- Since when something is not cleared: the first snapshot with more on a side than the other has.
create index ledger_snapshots_debits on ledger_snapshots (account, debits_posted, position);
create index ledger_snapshots_credits on ledger_snapshots (account, credits_posted, position);

-- The end of every batch, signed by a key that the database does not know.
create table ledger_heads (
    position bigint primary key,
    hash bytea not null,
    booked_at timestamptz not null,
    sealed_at timestamptz not null default now(),
    -- The event that publishes it.
    event_id uuid not null,
    key_name text,
    signature bytea,
    constraint ledger_heads_signature check (num_nulls(key_name, signature) in (0, 2))
);
create index ledger_heads_booked on ledger_heads (booked_at, position);

-- Whoever locks this row seals the next batch.
create table ledger_sealer (
    id integer primary key check (id = 1),
    -- How far the feed has been looked through for transfers: to the end of this event, or to a line
    -- of it.
    event_position bigint not null,
    event_line integer not null,
    position bigint not null,
    hash bytea not null,
    booked_at timestamptz not null,
    -- How many accounts have a number, and how many events tell of the books.
    accounts bigint not null,
    events bigint not null
);
insert into ledger_sealer (
    id, event_position, event_line, position, hash, booked_at, accounts, events
)
select 1, 0, 2147483647, 0, decode(repeat('00', 32), 'hex'), 'epoch', 0,
    case when exists (select from ledger_transfers where code = 'opening') then 1 else 0 end;

grant select, insert on ledger_accounts, ledger_seals, ledger_snapshots, ledger_heads
    to :"tenant";
grant select,
    update (event_position, event_line, position, hash, booked_at, accounts, events)
    on ledger_sealer to :"tenant";
