-- Why a job does not go on, as it was last found, and what its speed is measured by: see
-- storage/waits_table.h. Rewritten in place; no index holds these.
ALTER TABLE import_jobs
  ADD COLUMN waits bytea NOT NULL DEFAULT '',  -- a callimport.common.v1.JobStatus with nothing else
  ADD COLUMN pace_calls bigint NOT NULL DEFAULT 0,      -- ended when it was last looked at
  ADD COLUMN pace_at timestamptz,
  ADD COLUMN active_seconds double precision NOT NULL DEFAULT 0,  -- in which it went on
  -- Its calls are no longer kept with it.
  ADD COLUMN calls_forgotten boolean NOT NULL DEFAULT false;

-- The newest that have ended are kept whatever their age.
CREATE INDEX import_jobs_ended_oldest ON import_jobs (finished_at, job_id)
  WHERE finished_at IS NOT NULL;
