-- What a job is to the queue, what it was asked for besides a range, and where it was paused.
ALTER TABLE import_jobs
  ADD COLUMN work_class text NOT NULL DEFAULT 'BULK',
  ADD COLUMN priority smallint NOT NULL DEFAULT 0,       -- higher first within its class
  ADD COLUMN epoch bigint NOT NULL DEFAULT 1,            -- what began under a lower one is refused
  ADD COLUMN run_now boolean NOT NULL DEFAULT false,     -- does not wait for the nightly window
  ADD COLUMN quote_id text NOT NULL DEFAULT '',
  ADD COLUMN filter_attributes jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN paused_from text,                           -- set exactly while PAUSED
  ADD COLUMN warning_count bigint NOT NULL DEFAULT 0,
  ADD COLUMN billed_calls bigint NOT NULL DEFAULT 0,
  ADD COLUMN finish_earliest timestamptz,
  ADD COLUMN finish_latest timestamptz,
  ADD CHECK ((paused_from IS NULL) = (state <> 'PAUSED'));

UPDATE import_jobs SET work_class = 'INTERACTIVE' WHERE job_type = 'UPLOAD';
