-- What a window allows, as each replica that holds tokens knows it: limits change while replicas run,
-- and not in all of them at the same moment. Until all know, the smallest holds.
ALTER TABLE quota_windows ADD COLUMN held_limit bigint[] NOT NULL DEFAULT '{}';
