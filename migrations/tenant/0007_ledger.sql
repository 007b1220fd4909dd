-- The books: every movement as a transfer from one account to another, never changed.

-- A program that does not post must not move money any more: it stops at the new name. The change
-- also waits for every commit under way, so that what is opened below is what is there.
alter table intents rename column previous_state to state_before;

create table ledger_transfers (
    id uuid primary key,

    -- The event that tells of it. Transfers of one event are linked: all are written or none, and
    -- the event's place in the feed gives them theirs in the books.
    event_id uuid not null,
    line integer not null check (line > 0),
    -- The payment that moved, and how many events it had published by then.
    intent_id uuid,
    sequence bigint check (sequence > 0),

    phase text not null check (phase in ('posted', 'pending', 'voided', 'expired')),
    -- Kind, owner if the tenant has several, and currency: `cash_drawer:front-1:USD`.
    debit text not null,
    credit text not null,
    amount bigint not null check (amount > 0),
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    code text not null check (code ~ '^[a-z_]{1,32}$'),
    -- The authorization, capture, void or refund that it books.
    reference text not null check (octet_length(reference) <= 1000),
    -- The pending transfer that it ends, in part or whole.
    pending_id uuid,
    -- The transfer that it corrects.
    reverses_id uuid,
    posted_at timestamptz not null default now(),

    constraint ledger_transfers_accounts check (debit <> credit),
    constraint ledger_transfers_currency check (
        right(debit, 4) = ':' || currency and right(credit, 4) = ':' || currency
    ),
    constraint ledger_transfers_phase check (
        case phase
            when 'posted' then true
            when 'pending' then pending_id is null
            else pending_id is not null
        end
    ),
    constraint ledger_transfers_intent check (num_nulls(intent_id, sequence) in (0, 2)),
    constraint ledger_transfers_event unique (event_id, line)
);
create index ledger_transfers_intent on ledger_transfers (intent_id, sequence)
    where intent_id is not null;

grant select, insert on ledger_transfers to :"tenant";

-- What happened before the books began: what was captured and refunded is posted at once, what is
-- held or waits to be refunded is pending, each under the identifier that later transfers will
-- know it by (the attempt's, with the leg's number mixed into its eighteenth character).
with accounts as (
    select id, string_agg(
        substr(
            '0123456789abcdefghjkmnpqrstvwxyz',
            substring(bits from 5 * place + 1 for 5)::bit(5)::integer + 1,
            1
        ),
        '' order by place
    ) as name
    from (
        select id, B'00' || ('x' || replace(id::text, '-', ''))::bit(128) as bits
        from (select distinct account_id as id from attempts) as used where id is not null
    ) as numbers, generate_series(0, 25) as place
    group by id
), moved as (
    select a.id, a.movement_id, a.operation, i.id as intent_id, i.currency,
        i.event_sequence as sequence,
        case
            when a.operation = 'authorize' then i.capturable
            when a.state = 'succeeded' then coalesce(a.moved_amount, a.amount)
            else a.reserved
        end as amount,
        a.operation <> 'authorize' and a.state = 'succeeded' as is_posted,
        a.vendor = 'cash' as is_cash,
        coalesce('mac_' || c.name, a.vendor) as processor,
        nullif(coalesce(r.drawer, i.drawer), '') as drawer,
        f.fx_quote as settled_in,
        round(f.fx_settlement_amount::numeric * coalesce(a.moved_amount, a.amount) / i.amount)
            as settled
    from attempts a
    join intents i on i.id = a.intent_id
    left join accounts c on c.id = a.account_id
    left join cash_receipts r on r.attempt_id = a.id
    -- The rate of the latest authorization is the payment's.
    left join attempts f on f.intent_id = i.id and a.vendor <> 'cash'
        and f.fx_quote is not null and f.fx_quote <> i.currency
        and f.ordinal = (
            select max(l.ordinal) from attempts l
            where l.intent_id = i.id and l.operation = 'authorize'
        )
    where case a.operation
        when 'authorize' then i.capturable > 0 and a.ordinal = (
            select max(h.ordinal) from attempts h
            where h.intent_id = i.id and h.operation = 'authorize' and h.state = 'succeeded'
        )
        when 'capture' then a.state = 'succeeded'
        when 'refund' then a.state in (
            'succeeded', 'asked', 'pending', 'requires_action', 'unknown', 'awaiting_approval'
        )
        else false
    end
), named as (
    select m.*,
        case m.operation when 'authorize' then 'auth_' when 'capture' then 'cap_' else 'rfd_' end
        || string_agg(
            substr(
                '0123456789abcdefghjkmnpqrstvwxyz',
                substring(
                    B'00' || ('x' || replace(m.movement_id::text, '-', ''))::bit(128)
                    from 5 * place + 1 for 5
                )::bit(5)::integer + 1,
                1
            ),
            '' order by place
        ) as reference,
        case
            when m.is_cash then concat_ws(':', 'cash_drawer', m.drawer, m.currency)
            when m.settled_in is not null then 'fx_liquidity:' || m.currency
            else 'processor_clearing:' || m.processor || ':' || m.currency
        end as outside,
        'merchant_balance:' || m.currency as balance
    from moved m, generate_series(0, 25) as place
    group by m.id, m.movement_id, m.operation, m.intent_id, m.currency, m.sequence, m.amount,
        m.is_posted, m.is_cash, m.processor, m.drawer, m.settled_in, m.settled
), booked as (
    select id, B'0001' as leg, intent_id, sequence, 'pending' as phase,
        'authorization_holds:' || processor || ':' || currency as debit, balance as credit, amount,
        currency, reference
    from named where operation = 'authorize'
    union all
    select id, B'0001', intent_id, sequence, 'pending', balance, 'refunds:' || currency, amount,
        currency, reference
    from named where operation = 'refund' and not is_posted
    union all
    select id, B'0010', intent_id, sequence, 'posted', outside, balance, amount, currency,
        reference
    from named where operation = 'capture'
    union all
    select id, B'0010', intent_id, sequence, 'posted', balance, outside, amount, currency,
        reference
    from named where operation = 'refund' and is_posted
    union all
    select id, B'0101', intent_id, sequence, 'posted',
        'processor_clearing:' || processor || ':' || settled_in, 'fx_liquidity:' || settled_in,
        settled::bigint, settled_in, reference
    from named where operation = 'capture' and settled_in is not null
    union all
    select id, B'0101', intent_id, sequence, 'posted', 'fx_liquidity:' || settled_in,
        'processor_clearing:' || processor || ':' || settled_in, settled::bigint, settled_in,
        reference
    from named where operation = 'refund' and is_posted and settled_in is not null
), first as (
    select id, leg from booked order by id, leg limit 1
), told as (
    insert into outbox (id, aggregatetype, aggregateid, type, payload, sequence, occurred_at)
    select overlay(id::text placing
            to_hex((('x' || substr(id::text, 18, 1))::bit(4) # B'1111')::integer)
            from 18 for 1)::uuid,
        'ledger', 'ledger', 'ledger.opened', '{"object":"ledger_opening"}', 1, now()
    from first
    returning id
)
insert into ledger_transfers (
    id, event_id, line, intent_id, sequence, phase, debit, credit, amount, currency, code, reference
)
select overlay(b.id::text placing
        to_hex((('x' || substr(b.id::text, 18, 1))::bit(4) # b.leg)::integer)
        from 18 for 1)::uuid,
    told.id, row_number() over (order by b.id, b.leg), b.intent_id, b.sequence, b.phase, b.debit,
    b.credit, b.amount, b.currency, 'opening', b.reference
from booked b, told
where b.amount > 0;
