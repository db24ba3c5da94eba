-- A listing goes through its range in parts that the vendor allows, each with a cursor of its own.
-- A cursor goes with the part that made it; when the vendor has forgotten it, the part is listed
-- again from the newest call that is stored.
ALTER TABLE checkpoints
  ADD COLUMN window_start timestamptz,          -- the part; NULL: the whole range of the job
  ADD COLUMN window_end timestamptz,
  ADD COLUMN high_water timestamptz,            -- the start of the newest call of the part
  ADD COLUMN max_range_days integer NOT NULL DEFAULT 0;  -- 0: no limit
