-- How many sources are well is counted all the time.
CREATE INDEX import_sync_configs_health ON import_sync_configs (health)
  WHERE health <> 'DISCONNECTED';

-- Syncs and reconciliations by their end: those that brought nothing are not kept for long.
CREATE INDEX import_jobs_ended_syncs ON import_jobs (finished_at, job_id)
  WHERE finished_at IS NOT NULL AND job_type IN ('SYNC', 'RECONCILIATION');

-- The newest that have not ended well are kept whatever their age, and may be few among many.
CREATE INDEX import_jobs_ended_badly ON import_jobs (finished_at)
  WHERE finished_at IS NOT NULL AND state <> 'COMPLETED';

-- The syncs of a source are found among its jobs; nobody asked for this one.
DROP INDEX sync_status_of_source;
