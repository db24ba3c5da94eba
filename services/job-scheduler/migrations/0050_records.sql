-- Records of a source that are no calls: conversations, messages, contacts, numbers. Each once,
-- however many jobs meet it.
CREATE TABLE source_records (
  workspace_id text NOT NULL,
  platform text NOT NULL,
  record_kind smallint NOT NULL,      -- a callimport.common.v1.RecordKind
  source_id text NOT NULL,
  parent_source_id text NOT NULL,     -- such as a message's conversation; may be empty
  job_id uuid NOT NULL,               -- the first that met it
  record bytea NOT NULL,              -- a callimport.common.v1.CallRecord
  PRIMARY KEY (workspace_id, platform, record_kind, source_id)
);
CREATE INDEX source_records_of_job ON source_records (job_id);

-- Which job met which, so that a page which is listed twice counts once.
CREATE TABLE job_records (
  job_id uuid NOT NULL,
  record_kind smallint NOT NULL,
  source_id text NOT NULL,
  PRIMARY KEY (job_id, record_kind, source_id)
);

-- How many of them, by kind: a callimport.common.v1.Progress with nothing else.
ALTER TABLE import_jobs ADD COLUMN other_records bytea NOT NULL DEFAULT '';
ALTER TABLE job_calls ADD COLUMN record_kind smallint NOT NULL DEFAULT 1;
