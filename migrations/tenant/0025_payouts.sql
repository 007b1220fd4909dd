-- Refunds that are money sent out anew: to whom, and that a second person agreed.

-- The account at its vendor that an authorization was paid from: personal data, written once.
create table payer_accounts (
    attempt_id uuid primary key references attempts,
    -- AES-256-GCM under the tenant's data key of that version.
    account_sealed bytea not null,
    account_key integer not null check (account_key > 0),
    created_at timestamptz not null default now()
);
grant select, insert on payer_accounts to :"tenant";

-- When a refund that waited was let go to its vendor; from then its asker has the lease.
alter table attempts add column approved_at timestamptz;
grant update (approved_at, lease_until) on attempts to :"tenant";
