-- The rules of transfers as a domain's, as those of payments.

create type transfer_columns as (
    line integer,
    sequence bigint,
    amount bigint,
    intent_id uuid,
    pending_id uuid,
    phase text,
    debit text,
    credit text,
    currency text,
    code text,
    reference text
);
create domain sound_transfer as transfer_columns
    constraint ledger_transfers_words check (
        (value).phase in ('posted', 'pending', 'voided', 'expired')
        and (value).currency ~ '^[A-Z]{3}$'
        and (value).code ~ '^[a-z_]{1,32}$'
        and octet_length((value).reference) <= 1000
    )
    constraint ledger_transfers_numbers check (
        (value).line > 0 and (value).sequence > 0 and (value).amount > 0
    )
    constraint ledger_transfers_accounts check ((value).debit <> (value).credit)
    constraint ledger_transfers_currency check (
        right((value).debit, 4) = ':' || (value).currency
        and right((value).credit, 4) = ':' || (value).currency
    )
    constraint ledger_transfers_phase check (
        case (value).phase
            when 'posted' then true
            when 'pending' then (value).pending_id is null
            else (value).pending_id is not null
        end
    )
    constraint ledger_transfers_intent check (
        num_nulls((value).intent_id, (value).sequence) in (0, 2)
    );
alter table ledger_transfers
    drop constraint ledger_transfers_line_check,
    drop constraint ledger_transfers_sequence_check,
    drop constraint ledger_transfers_phase_check,
    drop constraint ledger_transfers_amount_check,
    drop constraint ledger_transfers_currency_check,
    drop constraint ledger_transfers_code_check,
    drop constraint ledger_transfers_reference_check,
    drop constraint ledger_transfers_accounts,
    drop constraint ledger_transfers_currency,
    drop constraint ledger_transfers_phase,
    drop constraint ledger_transfers_intent,
    add constraint ledger_transfers_sound check (
        row(
            line, sequence, amount, intent_id, pending_id, phase, debit, credit, currency, code,
            reference
        )::sound_transfer is distinct from null
    ) not valid;
