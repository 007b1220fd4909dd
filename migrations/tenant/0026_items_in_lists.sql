-- Which payments an item is in, in the order of the lists: a page of them is read as it stands, however many orders
-- name the item. Neither an order's items nor a payment's order change.

create table intent_items (
    sku text not null,
    intent_id uuid not null,
    primary key (sku, intent_id)
);
grant select, insert on intent_items to :"tenant";

insert into intent_items (sku, intent_id)
select distinct item.sku, payment.id
from intents payment join order_items item on item.order_id = payment.order_id
where item.sku is not null;

-- Last, because payments wait for it.
alter table intent_items
    add constraint intent_items_intent foreign key (intent_id) references intents not valid;
