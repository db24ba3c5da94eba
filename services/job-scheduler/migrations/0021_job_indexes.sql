-- Lists of jobs by state, by credential, and in the order in which they are to be listed; what runs
-- in a workspace is counted by the first.
CREATE INDEX import_jobs_of_state ON import_jobs (workspace_id, state, job_id DESC);
DROP INDEX import_jobs_of_credential;
CREATE INDEX import_jobs_of_credential ON import_jobs (credential_id, job_id DESC);
CREATE INDEX import_jobs_to_plan ON import_jobs (plan_after, job_id)
  WHERE finished_at IS NULL AND NOT listing_done AND NOT listing_refused;
