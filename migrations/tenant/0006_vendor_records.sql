-- What vendors that ask us let us keep about their own transactions.

create table vendor_records (
    account_id uuid not null,
    kind text not null check (kind ~ '^[a-z_]{1,32}$'),
    vendor_id text not null check (octet_length(vendor_id) <= 200),
    -- Our number for vendors that want an integer back; every JSON reader keeps 53 bits.
    number bigint not null check (number > 0 and number < 9007199254740992),
    attempt_id uuid not null references attempts,
    state text not null check (octet_length(state) <= 100),
    -- The vendor's own time, by which its statements are cut.
    occurred_at timestamptz not null,
    document json not null,
    version bigint not null check (version > 0),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (account_id, kind, vendor_id),
    constraint vendor_records_number unique (account_id, number)
);
create index vendor_records_attempt on vendor_records (attempt_id);
create index vendor_records_occurred on vendor_records (account_id, kind, occurred_at);

grant select, insert, update (state, document, version, updated_at) on vendor_records to :"tenant";

-- The captures that a refund is taken from, decided when it is asked.
alter table attempts add column shares json;

-- Two more reasons why an outcome is not known: a key that an earlier request holds, a search that lags.
alter table attempts drop constraint attempts_answer;
alter table attempts add constraint attempts_answer check (
    case state
        when 'requires_action' then
            (answer_kind = 'redirect' and action_url is not null)
            or (answer_kind = 'vendor_library' and action_url is null)
        when 'unknown' then answer_kind in (
            'timeout', 'connection_lost', 'vendor_error', 'unreadable_reply',
            'unrecognized_status', 'key_taken', 'search_lagging', 'interrupted'
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
);
