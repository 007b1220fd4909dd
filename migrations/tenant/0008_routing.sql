-- What routes look at, and what they decided.

-- The payer's country, written once.
alter table intents add column country text check (country ~ '^[A-Z]{2}$');
-- The latest decision: candidates in order, the rule, the health that was seen, who was left out.
alter table intents add column routing jsonb;

grant update (routing) on intents to :"tenant";
