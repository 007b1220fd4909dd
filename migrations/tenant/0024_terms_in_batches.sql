-- Payments' vendor details enter their index 64 KB at a time, most of them being the same words.
-- A list looks through what has not entered yet, which takes it well under a millisecond.

alter index intents_detail_terms set (fastupdate = on, gin_pending_list_limit = 64);
