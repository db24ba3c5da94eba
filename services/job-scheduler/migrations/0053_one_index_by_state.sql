-- import_jobs_of_state is the same index, and every job that changes its state would write both.
DROP INDEX import_jobs_by_state;
