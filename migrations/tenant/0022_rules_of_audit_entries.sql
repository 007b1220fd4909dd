-- The rules of the audit trail's entries as a domain's, as those of payments.

create type audit_columns as (
    action text,
    resource text,
    person text,
    command_user text,
    address text,
    request_id text
);
create domain sound_audit_entry as audit_columns
    constraint audit_entries_lengths check (
        octet_length((value).action) between 1 and 200
        and octet_length((value).resource) between 1 and 1000
        and octet_length((value).person) <= 1000
        and octet_length((value).command_user) <= 200
        and octet_length((value).address) <= 100
        and octet_length((value).request_id) <= 1000
    );
alter table audit_entries
    drop constraint audit_entries_action_check,
    drop constraint audit_entries_resource_check,
    drop constraint audit_entries_person_check,
    drop constraint audit_entries_command_user_check,
    drop constraint audit_entries_address_check,
    drop constraint audit_entries_request_id_check,
    add constraint audit_entries_sound check (
        row(action, resource, person, command_user, address, request_id)::sound_audit_entry
        is distinct from null
    ) not valid;
