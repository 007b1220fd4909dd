-- The rules of idempotency keys as a domain's, as those of payments.

create type idempotency_columns as (
    answer_status integer,
    answer_body text,
    recovery_point text,
    key text
);
create domain sound_idempotency_key as idempotency_columns
    constraint idempotency_keys_words check (
        octet_length((value).key) <= 1000
        and (value).recovery_point in ('started', 'validated', 'authorized', 'completed')
    )
    constraint idempotency_keys_answer check (
        ((value).recovery_point = 'completed') = ((value).answer_status is not null)
        and num_nulls((value).answer_status, (value).answer_body) in (0, 2)
        and (value).answer_status between 200 and 599
    );
alter table idempotency_keys
    drop constraint idempotency_keys_key_check,
    drop constraint idempotency_keys_recovery_point_check,
    drop constraint idempotency_keys_answer_status_check,
    drop constraint idempotency_keys_answer,
    add constraint idempotency_keys_sound check (
        row(answer_status, answer_body, recovery_point, key)::sound_idempotency_key
        is distinct from null
    ) not valid;
