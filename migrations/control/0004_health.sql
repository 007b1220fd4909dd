-- Which vendor accounts are left alone because their vendor is ill. A row is made when an account
-- first falls ill; every change goes over the state that it was decided from.

create table breakers (
    account_id uuid primary key references merchant_accounts,
    -- One more with each change.
    epoch bigint not null check (epoch > 0),
    state text not null check (state in ('closed', 'open', 'half_open')),
    -- How often it fell ill without being well for long in between.
    falls integer not null check (falls > 0),
    illness text check (illness in ('failures', 'timeouts', 'slowness', 'probe_failed')),
    -- Open: when it may be tried. Half-open: until when the one that tries may take.
    wait_until timestamptz not null,
    changed_at timestamptz not null
);
create index breakers_ill on breakers (account_id) where state <> 'closed';
create index breakers_changed on breakers (changed_at);

-- Changes that the tenant's consumers have not been told of.
create table breaker_changes (
    account_id uuid not null references merchant_accounts,
    epoch bigint not null check (epoch > 0),
    state text not null check (state in ('closed', 'open', 'half_open')),
    illness text,
    changed_at timestamptz not null,
    primary key (account_id, epoch)
);

grant select, insert, update (epoch, state, falls, illness, wait_until, changed_at)
    on breakers to :"control";
grant select, insert, delete on breaker_changes to :"control";
