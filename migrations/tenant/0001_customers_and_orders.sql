-- Who pays, and what is bought.

create table customers (
    id uuid primary key,
    reference text check (octet_length(reference) <= 1000),
    name text,
    email text check (octet_length(email) <= 1000),
    phone text,
    metadata json not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create unique index customers_reference on customers (reference) where reference is not null;
create index customers_email on customers (lower(email), id) where email is not null;

-- What a vendor calls a customer, at one account.
create table customer_references (
    customer_id uuid not null references customers,
    account_id uuid not null,
    reference text not null,
    recorded_at timestamptz not null default now(),
    primary key (customer_id, account_id)
);

create table orders (
    id uuid primary key,
    reference text not null check (octet_length(reference) <= 1000),
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    customer_id uuid references customers,
    property text check (octet_length(property) <= 1000),
    metadata json not null,
    created_at timestamptz not null
);
create index orders_reference on orders (reference, id);
create index orders_customer on orders (customer_id, id) where customer_id is not null;
create index orders_property on orders (property, id) where property is not null;

create table order_items (
    order_id uuid not null references orders,
    line integer not null check (line > 0),
    description text not null,
    sku text check (octet_length(sku) <= 1000),
    quantity bigint not null check (quantity > 0),
    unit_amount bigint not null,
    primary key (order_id, line)
);
create index order_items_sku on order_items (sku, order_id) where sku is not null;

-- Requests run under the role of the schema's name. They may change nothing but what is named here.
grant usage on schema :"tenant" to :"tenant";
grant select, insert, update (reference, name, email, phone, metadata, updated_at)
    on customers to :"tenant";
grant select, insert on customer_references, orders, order_items to :"tenant";
