-- What a job met that is worth knowing and failed nothing. Listing a page again, or repeating a
-- report, tells no warning twice.
CREATE TABLE import_warnings (
  job_id uuid NOT NULL,
  warning_id uuid NOT NULL,            -- rising
  source_call_id text NOT NULL,        -- may be empty
  reason text NOT NULL,
  message text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (job_id, warning_id)
);
CREATE UNIQUE INDEX import_warnings_once
  ON import_warnings (job_id, source_call_id, reason, md5(message));

-- The jobs of one account, and those in one state, newest first. A job changes its state a few
-- times in its life.
DROP INDEX import_jobs_of_credential;
CREATE INDEX import_jobs_of_credential ON import_jobs (credential_id, job_id DESC);
CREATE INDEX import_jobs_by_state ON import_jobs (workspace_id, state, job_id DESC);
