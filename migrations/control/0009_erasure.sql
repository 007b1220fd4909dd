-- Which tenants were erased, and which version the control schema has.

-- When the erasure began; null: never. Only the owner writes it.
alter table tenants add column erased_at timestamptz;

-- Those who serve tell whether the schema is older than they are.
grant select (version) on schema_migrations to :"control";
