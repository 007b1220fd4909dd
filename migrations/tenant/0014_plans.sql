-- The long life of a payment: what is planned for it, by which policies, and what people decided.

-- Retries, the end of a hold, outcomes settled by hand; null while there is nothing to tell.
alter table intents add column plans jsonb;
create index intents_retries on intents (created_at) where plans -> 'retry' is not null;

-- What nobody knows the outcome of.
create index attempts_unknown on attempts (id) where state in ('asked', 'unknown');
-- How often a card was tried for an amount: the networks count.
create index attempts_tries on attempts (method_id, amount, asked_at)
    where operation = 'authorize' and method_id is not null;

-- The code of a decline that speaks against the method.
alter table payment_methods add column flag text check (octet_length(flag) <= 1000);
create index payment_methods_fingerprint
    on payment_methods (account_id, (details ->> 'fingerprint'))
    where details ->> 'fingerprint' is not null;

-- Versions are added, never changed: it stays known who decided what.
create table policies (
    version bigint primary key check (version > 0),
    retry json not null,
    hold json not null,
    changed_by_key uuid,
    changed_by_person text,
    changed_at timestamptz not null
);

grant update (plans) on intents to :"tenant";
grant update (flag) on payment_methods to :"tenant";
grant select, insert on policies to :"tenant";
