-- The queue is shared out job by job, so its index begins with the job. Calls that wait for a later
-- try stand aside: whoever looks at the queue meets what is due, and what is leased.
ALTER TABLE imported_calls
  ADD COLUMN deferred boolean NOT NULL DEFAULT false,
  ADD CHECK (available_at IS NOT NULL OR NOT deferred);
UPDATE imported_calls SET deferred = true WHERE available_at > now();

DROP INDEX imported_calls_due;
CREATE INDEX imported_calls_due ON imported_calls (job_id, available_at, call_id)
  WHERE available_at IS NOT NULL AND NOT deferred;
CREATE INDEX imported_calls_deferred ON imported_calls (available_at, call_id) WHERE deferred;

-- The leases that hold, to count and to end them: an index of imported_calls on leased_until would
-- move every call that is leased through all of its indexes. Rows whose time is over mean nothing.
CREATE TABLE call_leases (
  job_id uuid NOT NULL,
  call_id uuid NOT NULL,
  leased_until timestamptz NOT NULL,
  PRIMARY KEY (job_id, call_id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
INSERT INTO call_leases
SELECT job_id, call_id, leased_until FROM imported_calls WHERE leased_until IS NOT NULL;
CREATE INDEX call_leases_end ON call_leases (leased_until);

-- How much of the queue everybody has had: domain/fair_share.h makes the names.
CREATE TABLE queue_times (
  name text PRIMARY KEY,
  virtual_time double precision NOT NULL,
  used_at timestamptz NOT NULL
) WITH (fillfactor = 30, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- What each credential has started in the second and in the nightly window that began then.
CREATE TABLE credential_starts (
  workspace_id text NOT NULL,
  credential_id text NOT NULL,
  second_at timestamptz NOT NULL,
  in_second integer NOT NULL,
  window_at timestamptz NOT NULL,
  in_window integer NOT NULL,
  PRIMARY KEY (workspace_id, credential_id)
) WITH (fillfactor = 30, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- Work of this class, and what is less urgent, waits for the vendor's quota until then.
CREATE TABLE credential_parkings (
  workspace_id text NOT NULL,
  credential_id text NOT NULL,
  work_class text NOT NULL,
  parked_until timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, credential_id, work_class)
) WITH (fillfactor = 50);

-- What one call of the job takes of the vendor's quota, in requests; 0: not known.
ALTER TABLE import_jobs ADD COLUMN call_cost double precision NOT NULL DEFAULT 0;
