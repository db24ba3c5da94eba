-- The source's id of a call whose id is too long for an index; source_call_id is its digest then.
ALTER TABLE imported_calls ADD COLUMN long_source_id text;
