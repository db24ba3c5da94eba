-- How many calls of one job wait for a later try, and when the first of them is due.
CREATE INDEX imported_calls_deferred_of_job ON imported_calls (job_id, available_at)
  WHERE deferred;
