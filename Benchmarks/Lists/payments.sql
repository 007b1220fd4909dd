-- A year of payments, written straight into a tenant's tables under their constraints. Variables: `schema`, `count`,
-- `account`. What a payment is follows from its number, so that everything is spread over the whole year.
set search_path to :"schema";
set synchronous_commit to off;
set maintenance_work_mem to '256MB';

-- An identifier that tells its time, the n-th of its kind.
create function pg_temp.identifier(moment timestamptz, n bigint) returns uuid language sql immutable as $$
    select (
        lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0') || '7'
        || lpad(to_hex(n % 4096), 3, '0') || '8' || lpad(to_hex(n), 15, '0')
    )::uuid
$$;
create function pg_temp.moment(n bigint, count bigint) returns timestamptz language sql stable as $$
    select date_trunc('hour', now()) - interval '366 days' + interval '365 days' * n / count
$$;

insert into customers (id, reference, name, email, metadata, created_at, updated_at)
select pg_temp.identifier(pg_temp.moment(0, 1), n), 'guest-' || n, 'Guest', 'guest-' || n || '@hotel.example', '{}',
    pg_temp.moment(0, 1), pg_temp.moment(0, 1)
from generate_series(1::bigint, :count / 20) n;

insert into payment_methods (
    id, customer_id, vendor, account_id, kind, token_sealed, token_key, token_hash, details, is_default, state, created_at
)
select pg_temp.identifier(pg_temp.moment(0, 1), n), pg_temp.identifier(pg_temp.moment(0, 1), n), 'stripe', :'account',
    'card', '\x00', 1, sha256(n::text::bytea), '{}', true, 'active', pg_temp.moment(0, 1)
from generate_series(1::bigint, :count / 20) n;

-- Half of the payments have an order of two items.
insert into orders (id, reference, currency, customer_id, property, metadata, created_at)
select pg_temp.identifier(pg_temp.moment(n, :count), n), 'BK-' || n, 'USD',
    pg_temp.identifier(pg_temp.moment(0, 1), 1 + n * 7919 % (:count / 20)), 'hotel-' || n % 50, '{}',
    pg_temp.moment(n, :count)
from generate_series(2::bigint, :count, 2) n;
insert into order_items (order_id, line, description, sku, quantity, unit_amount)
select pg_temp.identifier(pg_temp.moment(n, :count), n), line, 'Room', 'sku-' || (n * 31 + line) % 500, 1, 100
from generate_series(2::bigint, :count, 2) n, generate_series(1, 2) line;

-- One of ten is in cash, one of a hundred differs from what its vendor says.
insert into intents (
    id, amount, currency, capture_method, customer_id, order_id, property, off_session, metadata, created_at, version,
    event_sequence, state, state_before, updated_at, method_kind, method_id, vendor, account_id, reference, details,
    detail_terms, capturable, captured, refunded, capture_reserved, refund_reserved, is_releasing, has_discrepancy
)
select pg_temp.identifier(moment, n), amount, (array['USD', 'EUR', 'UZS', 'AFN'])[1 + n * 13 % 4], 'manual',
    pg_temp.identifier(pg_temp.moment(0, 1), guest),
    case when n % 2 = 0 then pg_temp.identifier(moment, n) end, 'hotel-' || n % 50, false, '{}', moment, 3, 3, state, state,
    moment, case when is_card then 'card' else 'cash' end,
    case when is_card then pg_temp.identifier(pg_temp.moment(0, 1), guest) end,
    case when is_card then 'stripe' else 'cash' end, case when is_card then :'account'::uuid end,
    case when is_card then 'pi_' || n end,
    case when is_card then jsonb_build_object(
        'receipt', n, 'outcome', jsonb_build_object('risk_level', risk, 'risk_score', n % 100)
    ) end,
    case when is_card then array['receipt=' || n, 'outcome.risk_level=' || risk, 'outcome.risk_score=' || n % 100] end,
    case when state = 'authorized' then amount else 0 end,
    case when state in ('captured', 'partially_refunded', 'refunded') then amount else 0 end,
    case when state = 'refunded' then amount when state = 'partially_refunded' then 1 else 0 end,
    0, 0, false, n % 100 = 1
from generate_series(1::bigint, :count) n,
    lateral (select pg_temp.moment(n, :count), 100 + n * 7907 % 1000000, n % 10 <> 0, 1 + n * 7919 % (:count / 20),
        (array['captured', 'captured', 'captured', 'captured', 'captured', 'refunded', 'partially_refunded', 'authorized',
            'voided', 'expired'])[1 + n * 17 % 10],
        (array['normal', 'normal', 'normal', 'elevated', 'highest'])[1 + n * 11 % 5]
    ) as facts (moment, amount, is_card, guest, state, risk);

insert into intent_items (sku, intent_id)
select distinct item.sku, payment.id from intents payment join order_items item on item.order_id = payment.order_id;

insert into attempts (
    id, intent_id, ordinal, operation, movement_id, origin, vendor, account_id, amount, reserved, is_final, asked_at,
    method_kind, method_id, state, reference, answered_at, look_ups, is_escalated
)
select id, id, 1, 'authorize', id, 'gateway', vendor, account_id, amount, 0, false, created_at, method_kind, method_id,
    'succeeded', reference, created_at, 0, false
from intents where created_at < date_trunc('hour', now());

analyze;
