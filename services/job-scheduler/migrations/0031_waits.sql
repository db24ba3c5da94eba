-- Why a job does not go on, as it was last found, and what its speed is measured by: see
-- storage/job_watch_table.h. Rewritten in place; no index holds these.
ALTER TABLE import_jobs
  ADD COLUMN waits bytea,                        -- serialized, one after the other; NULL: none
  ADD COLUMN pace_calls bigint NOT NULL DEFAULT 0,      -- ended when it was last looked at
  ADD COLUMN pace_at timestamptz,
  ADD COLUMN active_seconds double precision NOT NULL DEFAULT 0,  -- in which it went on
  -- Its calls are no longer kept with it.
  ADD COLUMN calls_forgotten boolean NOT NULL DEFAULT false;

-- What the engine as a whole gets done, as last measured. One row.
CREATE TABLE engine_pace (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  measured_at timestamptz,
  calls_per_second double precision NOT NULL DEFAULT 0
) WITH (fillfactor = 10);
INSERT INTO engine_pace DEFAULT VALUES;

-- The newest that have ended are kept whatever their age.
CREATE INDEX import_jobs_ended ON import_jobs (finished_at, job_id) WHERE finished_at IS NOT NULL;
