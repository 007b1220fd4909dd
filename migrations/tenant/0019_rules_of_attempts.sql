-- The rules of attempts as a domain's, as those of payments.

create type attempt_columns as (
    ordinal integer,
    look_ups integer,
    amount bigint,
    reserved bigint,
    moved_amount bigint,
    answered_at timestamptz,
    operation text,
    origin text,
    vendor text,
    method_kind text,
    state text,
    answer_kind text,
    answer_code text,
    action_url text,
    reference text,
    fx_base text,
    fx_quote text,
    fx_rate numeric,
    fx_source text,
    fx_quoted_at timestamptz,
    fx_provider text,
    fx_settlement_amount bigint
);
create domain sound_attempt as attempt_columns
    constraint attempts_words check (
        (value).operation in ('authorize', 'capture', 'void', 'refund')
        and (value).origin in ('gateway', 'vendor')
        and (value).vendor ~ '^[a-z0-9_]{1,32}$'
        and (value).method_kind in (
            'card', 'wallet', 'mobile_money', 'pix', 'bank_account', 'cash', 'redirect'
        )
        and (value).state in (
            'asked', 'pending', 'requires_action', 'unknown', 'awaiting_approval', 'succeeded',
            'declined', 'rejected', 'not_done', 'abandoned', 'reversed'
        )
        and octet_length((value).reference) <= 1000
    )
    constraint attempts_numbers check (
        (value).ordinal > 0
        and (value).look_ups >= 0
        and (value).amount >= 0
        and (value).reserved >= 0
        and (value).moved_amount >= 0
    )
    constraint attempts_answer check (
        case (value).state
            when 'requires_action' then
                ((value).answer_kind = 'redirect' and (value).action_url is not null)
                or ((value).answer_kind = 'vendor_library' and (value).action_url is null)
            when 'unknown' then (value).answer_kind in (
                'timeout', 'connection_lost', 'vendor_error', 'unreadable_reply',
                'unrecognized_status', 'key_taken', 'search_lagging', 'interrupted'
            )
            when 'declined' then (value).answer_code is not null and (value).answer_kind in (
                'soft', 'hard', 'fraud', 'temporary', 'authentication_required'
            )
            when 'rejected' then (value).answer_code is not null and (value).answer_kind in (
                'configuration', 'wrong_state', 'authorization_expired', 'amount_not_accepted',
                'method_not_usable', 'disputed', 'not_found', 'invalid_request'
            )
            when 'not_done' then (value).answer_kind in ('unreachable', 'throttled')
            when 'reversed' then
                (value).answer_kind is null and (value).answer_code is not null
            else num_nonnulls(
                (value).answer_kind, (value).answer_code, (value).action_url
            ) = 0
        end
    )
    constraint attempts_answered check (
        (value).state in ('asked', 'pending', 'requires_action', 'unknown', 'awaiting_approval')
        or (value).answered_at is not null
    )
    -- All of a rate or nothing of it, and only beside an authorization.
    constraint attempts_fx check (
        num_nulls(
            (value).fx_base, (value).fx_quote, (value).fx_rate, (value).fx_source,
            (value).fx_quoted_at, (value).fx_provider, (value).fx_settlement_amount
        ) = case
            when (value).operation = 'authorize' and (value).fx_base is not null then 0 else 7
        end
        and (value).fx_base ~ '^[A-Z]{3}$'
        and (value).fx_quote ~ '^[A-Z]{3}$'
        and (value).fx_rate > 0
    );
alter table attempts
    drop constraint attempts_ordinal_check,
    drop constraint attempts_operation_check,
    drop constraint attempts_origin_check,
    drop constraint attempts_vendor_check,
    drop constraint attempts_amount_check,
    drop constraint attempts_reserved_check,
    drop constraint attempts_method_kind_check,
    drop constraint attempts_fx_base_check,
    drop constraint attempts_fx_quote_check,
    drop constraint attempts_fx_rate_check,
    drop constraint attempts_state_check,
    drop constraint attempts_reference_check,
    drop constraint attempts_moved_amount_check,
    drop constraint attempts_look_ups_check,
    drop constraint attempts_answer,
    drop constraint attempts_answered,
    drop constraint attempts_fx,
    add constraint attempts_sound check (
        row(
            ordinal, look_ups, amount, reserved, moved_amount, answered_at, operation, origin,
            vendor, method_kind, state, answer_kind, answer_code, action_url, reference, fx_base,
            fx_quote, fx_rate, fx_source, fx_quoted_at, fx_provider, fx_settlement_amount
        )::sound_attempt is distinct from null
    ) not valid;
