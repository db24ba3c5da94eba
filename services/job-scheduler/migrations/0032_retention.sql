-- calls_forgotten: cleaning away the job's calls has begun, and it can no longer be retried.
-- calls_cleaned: none is left. A crash in between is taken up where it was.
ALTER TABLE import_jobs ADD COLUMN calls_cleaned boolean NOT NULL DEFAULT false;

CREATE INDEX import_jobs_uncleaned ON import_jobs (finished_at, job_id)
  WHERE finished_at IS NOT NULL AND NOT calls_cleaned;
