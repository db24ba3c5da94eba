-- Imports. Their numbers change with every batch of calls, so the rows keep room to be rewritten
-- in place; no index holds a column that changes often.
CREATE TABLE import_jobs (
  job_id uuid PRIMARY KEY,
  workspace_id text NOT NULL,
  credential_id text NOT NULL,        -- empty for uploads
  platform text NOT NULL DEFAULT '',  -- learned while counting
  job_type text NOT NULL,
  state text NOT NULL,
  range_start timestamptz NOT NULL,
  range_end timestamptz NOT NULL,
  request_id uuid,                    -- set by whoever may repeat the request
  request_digest bytea,

  total_calls bigint,                 -- NULL until counted
  exactness smallint NOT NULL DEFAULT 0,
  listed_calls bigint NOT NULL DEFAULT 0,
  listing_done boolean NOT NULL DEFAULT false,
  duplicate_calls bigint NOT NULL DEFAULT 0,
  completed_calls bigint NOT NULL DEFAULT 0,
  failed_calls bigint NOT NULL DEFAULT 0,
  skipped_calls bigint NOT NULL DEFAULT 0,
  media_stored bigint NOT NULL DEFAULT 0,
  transcripts_ready bigint NOT NULL DEFAULT 0,
  media_bytes bigint NOT NULL DEFAULT 0,
  error_count bigint NOT NULL DEFAULT 0,

  current_item text NOT NULL DEFAULT '',
  last_error text NOT NULL DEFAULT '',
  listing_error text NOT NULL DEFAULT '',
  listing_refused boolean NOT NULL DEFAULT false,

  created_by_kind smallint NOT NULL,
  created_by_name text NOT NULL,
  correlation_id text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz,

  -- The planner's lease of the job, fenced by plan_number.
  plan_after timestamptz NOT NULL,
  plan_number bigint NOT NULL DEFAULT 0,
  plan_failures integer NOT NULL DEFAULT 0,
  planned_by text,
  planned_until timestamptz,

  UNIQUE (workspace_id, request_id)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE INDEX import_jobs_newest ON import_jobs (workspace_id, job_id DESC);
CREATE INDEX import_jobs_of_credential ON import_jobs (credential_id);
CREATE INDEX import_jobs_open ON import_jobs (job_id) WHERE finished_at IS NULL;

-- Every call that was ever met, and the queue of those still to be imported. The rows are small
-- and are rewritten twice a call: leasing one and renewing its lease touch no indexed column and
-- stay on the page; only its end does not.
--
-- Foreign keys are left out on purpose here and in job_calls: both sides are written by the same
-- transaction, and checking each row would cost as much as storing it.
CREATE TABLE imported_calls (
  call_id uuid PRIMARY KEY,
  job_id uuid NOT NULL,               -- the job that works on it now
  workspace_id text NOT NULL,
  platform text NOT NULL,
  source_call_id text NOT NULL,
  state text NOT NULL,
  -- In the queue, due from then on. NULL: ended.
  available_at timestamptz,
  lease_number bigint NOT NULL DEFAULT 0,
  leased_until timestamptz,           -- NULL: not leased
  leased_by text,
  failures integer NOT NULL DEFAULT 0,
  media_stored boolean NOT NULL DEFAULT false,
  transcript_ready boolean NOT NULL DEFAULT false,
  failed_at timestamptz,              -- set exactly while FAILED
  engagement_id text,
  error_reason text,
  error_message text,
  UNIQUE (workspace_id, platform, source_call_id),
  CHECK ((available_at IS NULL) = (state IN ('COMPLETED', 'FAILED', 'SKIPPED'))),
  CHECK ((failed_at IS NULL) = (state <> 'FAILED')),
  CHECK ((engagement_id IS NULL) = (state <> 'COMPLETED'))
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05,
        autovacuum_analyze_scale_factor = 0.05);

CREATE INDEX imported_calls_due ON imported_calls (available_at, call_id)
  WHERE available_at IS NOT NULL;
CREATE INDEX imported_calls_open ON imported_calls (job_id, call_id)
  WHERE available_at IS NOT NULL;
CREATE INDEX imported_calls_failed ON imported_calls (job_id, call_id)
  WHERE failed_at IS NOT NULL;

-- What each job met, and the record as the source told it; written once.
CREATE TABLE job_calls (
  job_id uuid NOT NULL,
  call_id uuid NOT NULL,
  relation text NOT NULL,             -- NEW, DUPLICATE or ADOPTED
  title text NOT NULL,
  record bytea,                       -- a callimport.common.v1.CallRecord; NULL for duplicates
  PRIMARY KEY (job_id, call_id)
);

-- How far the listing of a job is stored.
CREATE TABLE checkpoints (
  job_id uuid PRIMARY KEY REFERENCES import_jobs,
  cursor text NOT NULL,
  cursor_expires_at timestamptz,
  updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

-- The facts about jobs in commit order: libs/feed.
CREATE TABLE job_events (
  revision bigint PRIMARY KEY,
  subject text NOT NULL,
  body bytea NOT NULL,
  appended_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX job_events_age ON job_events (appended_at);
