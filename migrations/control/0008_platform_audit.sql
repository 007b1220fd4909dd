-- Who did what to the platform itself: tenants made, migrated, dropped and erased, the platform's own keys. Written in
-- the transaction of what it tells of. Append-only by the role's rights; it has no chain.
create table platform_audit (
    id uuid primary key,
    recorded_at timestamptz not null default now(),
    action text not null check (octet_length(action) between 1 and 200),
    resource text not null check (octet_length(resource) between 1 and 1000),
    key_id uuid,
    person text check (octet_length(person) <= 1000),
    command_user text check (octet_length(command_user) <= 200),
    address text check (octet_length(address) <= 100),
    request_id text check (octet_length(request_id) <= 1000),
    before json,
    after json
);

grant select, insert on platform_audit to :"control";
