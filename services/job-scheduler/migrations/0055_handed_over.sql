-- Which jobs met a call as a duplicate: when the job that has it is cancelled, one of them takes
-- it up.
CREATE INDEX job_calls_duplicates ON job_calls (call_id) WHERE relation = 'DUPLICATE';

-- Whether that has been seen to. What was cancelled before stays as it is.
ALTER TABLE import_jobs ADD COLUMN handed_over boolean NOT NULL DEFAULT false;
UPDATE import_jobs SET handed_over = true WHERE state = 'CANCELLED';
CREATE INDEX import_jobs_to_hand_over ON import_jobs (job_id)
  WHERE state = 'CANCELLED' AND NOT handed_over;
