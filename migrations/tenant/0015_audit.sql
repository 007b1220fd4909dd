-- Who did what: every change of configuration, every request that moves money, every operator's
-- deed. Written in the transaction of what it tells of, sealed after it into a chain as the ledger's.

create table audit_entries (
    id uuid primary key,
    recorded_at timestamptz not null default now(),
    -- The operation's name: `PUT /adapters/routes`, `gateway key create`.
    action text not null check (octet_length(action) between 1 and 200),
    -- What it was done to.
    resource text not null check (octet_length(resource) between 1 and 1000),
    -- The API key; null for who has none, such as a command.
    key_id uuid,
    -- Whom the caller named; its word, not a proof.
    person text check (octet_length(person) <= 1000),
    -- The account of the operating system that a command ran under.
    command_user text check (octet_length(command_user) <= 200),
    address text check (octet_length(address) <= 100),
    request_id text check (octet_length(request_id) <= 1000),
    -- JSON texts, never with a secret. Kept to the byte: they are hashed.
    before json,
    after json
);
create index audit_entries_recorded on audit_entries (recorded_at);
create index audit_entries_resource on audit_entries (resource, id);

-- What is not sealed yet: commits end in any order, places are given afterwards.
create table audit_waiting (
    entry_id uuid primary key
);

create table audit_seals (
    position bigint primary key check (position > 0),
    entry_id uuid not null unique,
    -- The latest moment that was recorded up to here.
    booked_at timestamptz not null,
    hash bytea not null check (octet_length(hash) = 32)
);

create table audit_heads (
    position bigint primary key,
    hash bytea not null,
    booked_at timestamptz not null,
    sealed_at timestamptz not null default now(),
    key_name text,
    signature bytea,
    constraint audit_heads_signature check (num_nulls(key_name, signature) in (0, 2))
);

-- Whoever locks this row seals the next batch.
create table audit_sealer (
    id integer primary key check (id = 1),
    position bigint not null,
    hash bytea not null,
    booked_at timestamptz not null
);
insert into audit_sealer (id, position, hash, booked_at)
values (1, 0, decode(repeat('00', 32), 'hex'), 'epoch');

grant select, insert on audit_entries, audit_seals, audit_heads to :"tenant";
grant select, insert, delete on audit_waiting to :"tenant";
grant select, update (position, hash, booked_at) on audit_sealer to :"tenant";
