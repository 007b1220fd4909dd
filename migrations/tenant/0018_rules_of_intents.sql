-- The rules of payments at a fraction of their cost: Postgres parses a table's CHECKs anew for every
-- statement that writes to it, a domain's once a session.

-- So the rules are those of a domain over the columns that they are about, and the table has one
-- CHECK: that its row is a value of the domain. It is the cast that refuses; `is distinct from null`
-- is true of every row. The rows that are there obeyed the same rules and are looked through by a
-- later migration, beside which payments go on. Each table has a migration of its own, since a
-- transaction that locked two could deadlock with a payment.

create type intent_columns as (
    id uuid,
    created_at timestamptz,
    version bigint,
    event_sequence bigint,
    amount bigint,
    capturable bigint,
    captured bigint,
    refunded bigint,
    capture_reserved bigint,
    refund_reserved bigint,
    has_discrepancy boolean,
    authorization_id uuid,
    authorization_expires_at timestamptz,
    multi_capture boolean,
    currency text,
    capture_method text,
    state text,
    state_before text,
    method_kind text,
    vendor text,
    country text,
    property text,
    reference text
);
create domain sound_intent as intent_columns
    constraint intents_words check (
        (value).currency ~ '^[A-Z]{3}$'
        and (value).capture_method in ('manual', 'automatic')
        and (value).state in (
            'requires_payment_method', 'requires_action', 'processing', 'authorized',
            'partially_captured', 'captured', 'partially_refunded', 'refunded', 'voided', 'failed',
            'expired', 'pending_cash'
        )
        and (value).method_kind in (
            'card', 'wallet', 'mobile_money', 'pix', 'bank_account', 'cash', 'redirect'
        )
        and (value).vendor ~ '^[a-z0-9_]{1,32}$'
        and (value).country ~ '^[A-Z]{2}$'
        and octet_length((value).property) <= 1000
        and octet_length((value).reference) <= 1000
    )
    constraint intents_numbers check (
        (value).amount > 0
        and (value).version > 0
        and (value).event_sequence >= 0
        and (value).capturable >= 0
        and (value).captured >= 0
        and (value).refunded >= 0
        and (value).capture_reserved >= 0
        and (value).refund_reserved >= 0
    )
    -- Money that moved never becomes a promise again, and what was held or closed never becomes
    -- untried. One commit may take several steps, so this is the closure of the single steps.
    constraint intents_transition check (
        case
            when (value).state_before in (
                'partially_captured', 'captured', 'partially_refunded', 'refunded'
            ) then (value).state in (
                'partially_captured', 'captured', 'partially_refunded', 'refunded'
            )
            when (value).state_before in ('authorized', 'voided', 'failed', 'expired')
            then (value).state not in (
                'requires_payment_method', 'requires_action', 'processing', 'pending_cash'
            )
            else true
        end
    )
    -- Only a vendor's fact may go past what was asked, and then it is flagged.
    constraint intents_sums check (
        (value).has_discrepancy
        or (
            (value).captured <= (value).amount
            and (value).refunded + (value).refund_reserved <= (value).captured
            and (
                (value).captured > 0
                or (value).state not in (
                    'partially_captured', 'captured', 'partially_refunded', 'refunded'
                )
            )
        )
    )
    constraint intents_authorization check (
        (value).authorization_id is not null
        or ((value).authorization_expires_at is null and (value).multi_capture is null)
    )
    -- Lists turn a period into a range of identifiers, so an identifier must tell its time.
    constraint intents_id_tells_time check (
        abs(
            ('x' || translate(left((value).id::text, 13), '-', ''))::bit(48)::bigint
            - (extract(epoch from (value).created_at) * 1000)::bigint
        ) <= 600000
    );
alter table intents
    drop constraint intents_amount_check,
    drop constraint intents_currency_check,
    drop constraint intents_capture_method_check,
    drop constraint intents_property_check,
    drop constraint intents_version_check,
    drop constraint intents_event_sequence_check,
    drop constraint intents_state_check,
    drop constraint intents_method_kind_check,
    drop constraint intents_vendor_check,
    drop constraint intents_reference_check,
    drop constraint intents_capturable_check,
    drop constraint intents_captured_check,
    drop constraint intents_refunded_check,
    drop constraint intents_capture_reserved_check,
    drop constraint intents_refund_reserved_check,
    drop constraint intents_country_check,
    drop constraint intents_transition,
    drop constraint intents_sums,
    drop constraint intents_authorization,
    drop constraint intents_id_tells_time,
    add constraint intents_sound check (
        row(
            id, created_at, version, event_sequence, amount, capturable, captured, refunded,
            capture_reserved, refund_reserved, has_discrepancy, authorization_id,
            authorization_expires_at, multi_capture, currency, capture_method, state, state_before,
            method_kind, vendor, country, property, reference
        )::sound_intent is distinct from null
    ) not valid;
