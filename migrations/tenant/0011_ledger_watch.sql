-- Accounts that may not go beyond a limit, and accounts that must be cleared in time.

-- The only accounts with a balance of their own: it is moved by every posting that touches one, so
-- whoever limits an account makes its payments queue for this row.
create table ledger_limits (
    account text primary key,
    normal_side text not null check (normal_side in ('debit', 'credit')),
    -- How far the other side may go beyond the one it grows on.
    overdraft bigint not null check (overdraft >= 0),
    set_at timestamptz not null default now(),
    -- Counts from the moment it is set, but holds only once everything before is counted too.
    is_active boolean not null,
    debits_posted bigint not null,
    credits_posted bigint not null,
    debits_pending bigint not null,
    credits_pending bigint not null,
    -- Never false: what would break the limit is no value, and refused with its whole transaction.
    is_kept boolean not null
);

create table ledger_monitors (
    account text primary key,
    -- How much may be left uncleared for longer than the age.
    threshold bigint not null check (threshold >= 0),
    age_us bigint not null check (age_us >= 0),
    is_active boolean not null,
    is_alerting boolean not null,
    -- How many events have told of it.
    events bigint not null check (events >= 0)
);

grant select, insert, delete, update (
    overdraft, set_at, is_active, debits_posted, credits_posted, debits_pending, credits_pending,
    is_kept
) on ledger_limits to :"tenant";
grant select, insert, update (threshold, age_us, is_active, is_alerting, events)
    on ledger_monitors to :"tenant";
