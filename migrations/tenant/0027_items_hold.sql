-- Payments go on beside this, and the planner has to know the new table before it is used.

alter table intent_items validate constraint intent_items_intent;
analyze intent_items;
