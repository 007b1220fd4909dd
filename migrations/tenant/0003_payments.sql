-- Payments and every try at them.

create table intents (
    id uuid primary key,

    -- What is asked: written once.
    amount bigint not null check (amount > 0),
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    capture_method text not null check (capture_method in ('manual', 'automatic')),
    customer_id uuid references customers,
    order_id uuid references orders,
    property text check (octet_length(property) <= 1000),
    off_session boolean not null,
    return_url text,
    metadata json not null,
    guarantee_id uuid references payment_methods,
    created_at timestamptz not null,

    -- How far it has come.
    version bigint not null check (version > 0),
    event_sequence bigint not null check (event_sequence >= 0),
    state text not null check (
        state in (
            'requires_payment_method', 'requires_action', 'processing', 'authorized',
            'partially_captured', 'captured', 'partially_refunded', 'refunded', 'voided', 'failed',
            'expired', 'pending_cash'
        )
    ),
    -- The state before the latest commit, so that the rule below sees both.
    previous_state text not null,
    updated_at timestamptz not null,
    method_kind text not null check (
        method_kind in ('card', 'wallet', 'mobile_money', 'pix', 'bank_account', 'cash', 'redirect')
    ),
    method_id uuid references payment_methods,
    method_details json,
    drawer text,
    vendor text check (vendor ~ '^[a-z0-9_]{1,32}$'),
    account_id uuid,
    reference text check (octet_length(reference) <= 1000),
    authorization_id uuid,
    authorization_expires_at timestamptz,
    multi_capture boolean,
    details jsonb,
    -- The leaves of the details as `path=value`, for list filters.
    detail_terms text[],

    -- Sums in minor units.
    capturable bigint not null check (capturable >= 0),
    captured bigint not null check (captured >= 0),
    refunded bigint not null check (refunded >= 0),
    capture_reserved bigint not null check (capture_reserved >= 0),
    refund_reserved bigint not null check (refund_reserved >= 0),
    is_releasing boolean not null,
    has_discrepancy boolean not null,

    -- Money that moved never becomes a promise again, and what was held or closed never becomes
    -- untried. One commit may take several steps, so this is the closure of the single steps.
    constraint intents_transition check (
        case
            when previous_state in (
                'partially_captured', 'captured', 'partially_refunded', 'refunded'
            ) then state in ('partially_captured', 'captured', 'partially_refunded', 'refunded')
            when previous_state in ('authorized', 'voided', 'failed', 'expired') then state not in (
                'requires_payment_method', 'requires_action', 'processing', 'pending_cash'
            )
            else true
        end
    ),
    -- Only a vendor's fact may go past what was asked, and then it is flagged.
    constraint intents_sums check (
        has_discrepancy
        or (
            captured <= amount
            and refunded + refund_reserved <= captured
            and (
                captured > 0
                or state not in ('partially_captured', 'captured', 'partially_refunded', 'refunded')
            )
        )
    ),
    constraint intents_authorization check (
        authorization_id is not null
        or (authorization_expires_at is null and multi_capture is null)
    ),
    -- Lists turn a period into a range of identifiers, so an identifier must tell its time.
    constraint intents_id_tells_time check (
        abs(
            ('x' || translate(left(id::text, 13), '-', ''))::bit(48)::bigint
            - (extract(epoch from created_at) * 1000)::bigint
        ) <= 600000
    )
) with (fillfactor = 80);

-- One index per list filter, each in the order of the lists.
create index intents_state on intents (state, id);
create index intents_currency on intents (currency, id);
create index intents_amount on intents (amount, id);
create index intents_method_kind on intents (method_kind, id);
create index intents_vendor on intents (vendor, id) where vendor is not null;
create index intents_account on intents (account_id, id) where account_id is not null;
create index intents_customer on intents (customer_id, id) where customer_id is not null;
create index intents_order on intents (order_id, id) where order_id is not null;
create index intents_method on intents (method_id, id) where method_id is not null;
create index intents_property on intents (property, id) where property is not null;
create index intents_discrepancy on intents (id) where has_discrepancy;
create index intents_detail_terms on intents using gin (detail_terms) with (fastupdate = off)
    where detail_terms is not null;

create table attempts (
    id uuid primary key,

    -- What was asked: written once.
    intent_id uuid not null references intents,
    ordinal integer not null check (ordinal > 0),
    operation text not null check (operation in ('authorize', 'capture', 'void', 'refund')),
    movement_id uuid not null unique,
    origin text not null check (origin in ('gateway', 'vendor')),
    vendor text not null check (vendor ~ '^[a-z0-9_]{1,32}$'),
    account_id uuid,
    amount bigint not null check (amount >= 0),
    reserved bigint not null check (reserved >= 0),
    is_final boolean not null,
    reason text,
    asked_by_key uuid,
    asked_by_person text,
    asked_at timestamptz not null,
    method_kind text not null check (
        method_kind in ('card', 'wallet', 'mobile_money', 'pix', 'bank_account', 'cash', 'redirect')
    ),
    method_id uuid references payment_methods,
    -- The exchange rate frozen with an authorization.
    fx_base text check (fx_base ~ '^[A-Z]{3}$'),
    fx_quote text check (fx_quote ~ '^[A-Z]{3}$'),
    fx_rate numeric check (fx_rate > 0),
    fx_source text,
    fx_quoted_at timestamptz,
    fx_provider text,
    fx_settlement_amount bigint,

    -- What was answered.
    state text not null check (
        state in (
            'asked', 'pending', 'requires_action', 'unknown', 'awaiting_approval', 'succeeded',
            'declined', 'rejected', 'not_done', 'abandoned', 'reversed'
        )
    ),
    -- What the state carries: why, in our words and the vendor's, and where the payer must act.
    answer_kind text,
    answer_code text,
    answer_message text,
    network_code text,
    advice_code text,
    retry_after_us bigint,
    action_url text,
    reference text check (octet_length(reference) <= 1000),
    moved_amount bigint check (moved_amount >= 0),
    answered_at timestamptz,
    look_ups integer not null check (look_ups >= 0),
    is_escalated boolean not null,
    details json,
    -- Until when the asker may take; who finds it passed recovers the attempt.
    lease_until timestamptz,

    constraint attempts_ordinal unique (intent_id, ordinal),
    constraint attempts_answer check (
        case state
            when 'requires_action' then
                (answer_kind = 'redirect' and action_url is not null)
                or (answer_kind = 'vendor_library' and action_url is null)
            when 'unknown' then answer_kind in (
                'timeout', 'connection_lost', 'vendor_error', 'unreadable_reply',
                'unrecognized_status', 'interrupted'
            )
            when 'declined' then answer_code is not null and answer_kind in (
                'soft', 'hard', 'fraud', 'temporary', 'authentication_required'
            )
            when 'rejected' then answer_code is not null and answer_kind in (
                'configuration', 'wrong_state', 'authorization_expired', 'amount_not_accepted',
                'method_not_usable', 'disputed', 'not_found', 'invalid_request'
            )
            when 'not_done' then answer_kind in ('unreachable', 'throttled')
            when 'reversed' then answer_kind is null and answer_code is not null
            else num_nonnulls(answer_kind, answer_code, action_url) = 0
        end
    ),
    constraint attempts_answered check (
        state in ('asked', 'pending', 'requires_action', 'unknown', 'awaiting_approval')
        or answered_at is not null
    ),
    constraint attempts_fx check (
        num_nulls(
            fx_base, fx_quote, fx_rate, fx_source, fx_quoted_at, fx_provider, fx_settlement_amount
        ) = case when operation = 'authorize' and fx_base is not null then 0 else 7 end
    )
);
-- A payment waits for one authorization and one void at a time.
create unique index attempts_one_open on attempts (intent_id, operation)
    where operation in ('authorize', 'void')
    and state in ('asked', 'pending', 'requires_action', 'unknown', 'awaiting_approval');
create index attempts_reference on attempts (account_id, reference) where reference is not null;
create index attempts_awaiting_approval on attempts (id) where state = 'awaiting_approval';

-- Never what was asked: amounts, currencies, rates, who asked and when.
grant select, insert, update (
    version, event_sequence, state, previous_state, updated_at, method_kind, method_id,
    method_details, drawer, vendor, account_id, reference, authorization_id,
    authorization_expires_at, multi_capture, details, detail_terms, capturable, captured, refunded,
    capture_reserved, refund_reserved, is_releasing, has_discrepancy
) on intents to :"tenant";
grant select, insert, update (
    state, answer_kind, answer_code, answer_message, network_code, advice_code, retry_after_us,
    action_url, reference, moved_amount, answered_at, look_ups, is_escalated, details
) on attempts to :"tenant";
