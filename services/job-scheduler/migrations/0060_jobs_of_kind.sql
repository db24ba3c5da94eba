-- Jobs of a kind that a workspace has few of, or none, are found without reading all of its jobs.
CREATE INDEX import_jobs_of_kind ON import_jobs (workspace_id, job_type, job_id DESC);

-- Looked for every second, and there is hardly ever one.
CREATE INDEX import_jobs_cancelling ON import_jobs (job_id) WHERE state = 'CANCELLING';
