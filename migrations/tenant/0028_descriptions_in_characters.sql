-- A description is a thousand characters, of up to four bytes each.

alter table event_subscriptions
    drop constraint event_subscriptions_description_check,
    add constraint event_subscriptions_description check (octet_length(description) <= 4000);
