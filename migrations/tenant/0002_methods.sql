-- How customers pay: vendors' tokens, never card data.

create table payment_methods (
    id uuid primary key,
    customer_id uuid references customers,
    vendor text not null check (vendor ~ '^[a-z0-9_]{1,32}$'),
    account_id uuid not null,
    kind text not null check (
        kind in ('card', 'wallet', 'mobile_money', 'pix', 'bank_account', 'cash', 'redirect')
    ),
    -- AES-256-GCM under the tenant's data key of that version; forgotten once it is detached.
    token_sealed bytea,
    token_key integer,
    -- HMAC of the token: equal tokens of an account are found without opening any.
    token_hash bytea not null check (octet_length(token_hash) = 32),
    customer_reference text,
    details json not null,
    is_default boolean not null,
    state text not null check (state in ('active', 'detached')),
    created_at timestamptz not null,
    constraint payment_methods_token check (
        (state = 'detached' or token_sealed is not null)
        and num_nulls(token_sealed, token_key) in (0, 2)
    ),
    constraint payment_methods_default check (
        not is_default or (state = 'active' and customer_id is not null)
    )
);
create unique index payment_methods_token_hash on payment_methods (account_id, token_hash);
create unique index payment_methods_one_default on payment_methods (customer_id) where is_default;
create index payment_methods_customer on payment_methods (customer_id, id)
    where customer_id is not null;
create index payment_methods_state on payment_methods (state, id);

-- Hosted sessions in which a customer gives a method to the vendor.
create table method_sessions (
    id uuid primary key,
    customer_id uuid not null references customers,
    vendor text not null check (vendor ~ '^[a-z0-9_]{1,32}$'),
    account_id uuid not null,
    kind text not null check (
        kind in ('card', 'wallet', 'mobile_money', 'pix', 'bank_account', 'cash', 'redirect')
    ),
    off_session boolean not null,
    return_url text,
    state text not null check (state in ('opening', 'open', 'succeeded', 'failed', 'canceled')),
    reference text check (octet_length(reference) <= 1000),
    failure_code text,
    method_id uuid references payment_methods,
    created_at timestamptz not null,
    constraint method_sessions_result check (
        state = 'succeeded' or method_id is null
    )
);
create unique index method_sessions_reference on method_sessions (account_id, reference)
    where reference is not null;

grant select, insert, update (token_sealed, token_key, details, is_default, state)
    on payment_methods to :"tenant";
grant select, insert, update (state, reference, failure_code, method_id)
    on method_sessions to :"tenant";
