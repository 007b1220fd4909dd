-- Which programs may go on serving a tenant's schema that a newer one has migrated.

-- The oldest of them, by the version that it knows, as whoever migrated the schema says; null:
-- none older than the schema.
alter table tenants add column served_from integer check (served_from > 0);

grant update (served_from) on tenants to :"control";
