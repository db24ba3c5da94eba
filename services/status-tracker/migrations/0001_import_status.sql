-- The newest status of each job, as job-scheduler told it. Everything here can be asked again.
CREATE TABLE import_status (
  job_id text PRIMARY KEY,
  workspace_id text NOT NULL,
  -- Of job-scheduler's event log: this status is true at it.
  revision bigint NOT NULL,
  active boolean NOT NULL,
  calls_per_second double precision NOT NULL,
  -- A serialized callimport.common.v1.JobStatus.
  status bytea NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 70);

CREATE INDEX import_status_active ON import_status (revision) WHERE active;

-- How far each feed was read; saved in the transaction that saved what was read.
CREATE TABLE feed_cursors (
  feed text PRIMARY KEY,
  revision bigint NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);
