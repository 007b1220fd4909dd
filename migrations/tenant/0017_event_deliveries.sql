-- Deliveries are claimed of each subscription by itself, so that one with a long queue costs the others nothing.

create index event_deliveries_turn on event_deliveries (subscription_id, due_at, position)
    where state = 'ready';
drop index event_deliveries_due;
