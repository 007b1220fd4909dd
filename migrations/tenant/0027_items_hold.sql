-- Payments go on beside this, and the planner has to know the new table before it is used.

alter table intent_items validate constraint intent_items_intent;
analyze intent_items;

-- Not beside the constraint's making, which locks payments: a payment that has its order's items would wait for the one
-- lock and keep the other.
drop index order_items_sku;
