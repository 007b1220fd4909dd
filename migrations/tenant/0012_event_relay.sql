-- How far the feed was told to a broker of messages, and whose turn it is to tell.

create table event_relay (
    id integer primary key check (id = 1),
    -- The broker confirmed everything up to here.
    position bigint not null check (position >= 0),
    -- Who tells, and until when nobody else may; null while nobody does.
    holder uuid,
    held_until timestamptz,
    constraint event_relay_turn check (num_nulls(holder, held_until) in (0, 2))
);
insert into event_relay (id, position) values (1, 0);

grant select, update (position, holder, held_until) on event_relay to :"tenant";
