-- Which jobs have failed a call that a later one took over. When the later one is cancelled, the call
-- is theirs again, to be retried. Few rows: what was taken over by nobody has none.
CREATE TABLE taken_over_calls (
  call_id uuid NOT NULL,
  job_id uuid NOT NULL,               -- that failed it
  PRIMARY KEY (call_id, job_id)
);
CREATE INDEX taken_over_calls_of_job ON taken_over_calls (job_id);
