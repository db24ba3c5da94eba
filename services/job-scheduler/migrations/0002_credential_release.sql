-- What the vault was last told of the job's credential: true means that it is released, or that it
-- may be. Jobs that have ended before this are released batch by batch.
ALTER TABLE import_jobs ADD COLUMN credential_released boolean NOT NULL DEFAULT false;

-- Where that is not as it should be: a job that has ended needs its credential no more.
CREATE INDEX import_jobs_vault_untold ON import_jobs (job_id)
  WHERE credential_id <> '' AND (finished_at IS NOT NULL) <> credential_released;
