-- What was taken of a workspace's plan in a calendar month of its time zone. One row, rewritten in
-- place: whoever takes free calls waits for the other, so that no two take the same.
CREATE TABLE usage_months (
  workspace_id text NOT NULL,
  month text NOT NULL,                -- "2026-11"
  free_calls bigint NOT NULL DEFAULT 0,    -- imported, or held by jobs that run
  billed_calls bigint NOT NULL DEFAULT 0,
  billed_cents bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (workspace_id, month)
) WITH (fillfactor = 50);

-- What a job takes of it. Changes together with the job's numbers, and so counts a call once.
ALTER TABLE import_jobs
  ADD COLUMN charge_month text NOT NULL DEFAULT '',    -- empty: included in the plan, not counted
  ADD COLUMN free_held bigint NOT NULL DEFAULT 0,
  ADD COLUMN billable_calls bigint NOT NULL DEFAULT 0, -- beyond those, as quoted
  ADD COLUMN cost_per_call_cents integer NOT NULL DEFAULT 0,
  ADD COLUMN charged_calls bigint NOT NULL DEFAULT 0;

-- What an import would cost and when it would be done, as somebody was told.
CREATE TABLE quotes (
  quote_id uuid PRIMARY KEY,
  workspace_id text NOT NULL,
  credential_id text NOT NULL,
  platform text NOT NULL,
  range_start timestamptz NOT NULL,
  range_end timestamptz NOT NULL,
  filter_attributes jsonb NOT NULL,
  calls bigint NOT NULL,
  exactness smallint NOT NULL,
  cost_per_call_cents integer,        -- NULL: included in the plan
  free_calls bigint NOT NULL,
  billable_calls bigint NOT NULL,
  finish_earliest timestamptz NOT NULL,
  finish_latest timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  job_id uuid                         -- that was created under it
);
CREATE INDEX quotes_age ON quotes (expires_at);

-- How fast imports of a platform ran of late.
CREATE INDEX import_jobs_ended ON import_jobs (platform, finished_at DESC)
  WHERE finished_at IS NOT NULL;
