-- From where an account's notifications may come, how one without the account in its address finds
-- it, and credentials that stay in a secret manager.

alter table merchant_accounts
    -- Networks in CIDR notation; empty: from anywhere.
    add column webhook_networks text[] not null default '{}'
        check (cardinality(webhook_networks) <= 64),
    -- What the vendor's deliveries call the account, as its credentials have it; null: nothing does.
    add column webhook_route text;
create index merchant_accounts_route on merchant_accounts (vendor, webhook_route)
    where webhook_route is not null and is_active;

alter table merchant_accounts
    drop constraint merchant_accounts_credentials_source_check,
    add constraint merchant_accounts_credentials_source_check
        check (credentials_source in ('stored', 'environment', 'file', 'secret'));

grant update (webhook_networks, webhook_route) on merchant_accounts to :"control";
