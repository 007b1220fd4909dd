-- The audit trail's heads are published as the ledger's are.

-- The event that publishes it; null for those that were sealed before this migration.
alter table audit_heads add column event_id uuid;

-- How many events tell of the trail.
alter table audit_sealer add column events bigint not null default 0;

grant update (events) on audit_sealer to :"tenant";
