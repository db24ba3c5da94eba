-- What became of the calls. Rows are written once, in groups, by INSERT … SELECT FROM unnest.

CREATE TABLE recordings (
  call_id text PRIMARY KEY,
  workspace_id text NOT NULL,
  object_key text NOT NULL,
  sha256 bytea NOT NULL,
  size_bytes bigint NOT NULL,
  content_type text NOT NULL,
  duration_ms bigint,
  stored_at timestamptz NOT NULL DEFAULT now()
);
-- The sweeper asks whether an object is somebody's.
CREATE INDEX recordings_object ON recordings (object_key);

-- Recordings that people brought, before and while they are a call.
CREATE TABLE uploads (
  workspace_id text NOT NULL,
  sha256 bytea NOT NULL,
  object_key text NOT NULL,
  size_bytes bigint NOT NULL,
  content_type text NOT NULL,
  duration_ms bigint,
  stored_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, sha256)
);
CREATE INDEX uploads_object ON uploads (object_key);

-- A call becomes one engagement, however often its delivery is repeated.
CREATE TABLE engagements (
  engagement_id uuid PRIMARY KEY,
  workspace_id text NOT NULL,
  import_source text NOT NULL,
  source_call_id text NOT NULL,
  import_batch_id text NOT NULL,
  call_id text NOT NULL,
  -- When the call began; unknown: when it was imported. The order of lists.
  happened_at timestamptz NOT NULL,
  import_time timestamptz NOT NULL DEFAULT now(),
  duration_ms bigint,
  metadata_quality smallint NOT NULL,
  transcript_engine text NOT NULL,
  -- callimport.common.v1.CallRecord without source_metadata.
  record bytea NOT NULL,
  -- The source's record, byte for byte.
  source_metadata bytea NOT NULL,
  UNIQUE (workspace_id, import_source, source_call_id)
);
CREATE INDEX engagements_newest_first ON engagements (workspace_id, happened_at, engagement_id);
CREATE INDEX engagements_of_batch ON engagements (import_batch_id, happened_at, engagement_id);

-- What was said. An engagement without a transcript has a row too: its title can be found.
CREATE TABLE transcripts (
  engagement_id uuid PRIMARY KEY,
  -- callimport.common.v1.Transcript; NULL when there is none.
  normal_form bytea,
  -- As the source or engine gave it, byte for byte.
  original bytea,
  -- Lexemes of title and transcript, and '=<workspace>' so that the index keeps tenants apart.
  search tsvector NOT NULL
);
CREATE INDEX transcripts_search ON transcripts USING gin (search);

-- Compressed in place: a second table and its index would cost more than they save.
ALTER TABLE engagements
  ALTER COLUMN record SET COMPRESSION lz4, ALTER COLUMN record SET STORAGE MAIN,
  ALTER COLUMN source_metadata SET COMPRESSION lz4, ALTER COLUMN source_metadata SET STORAGE MAIN;
ALTER TABLE transcripts
  ALTER COLUMN normal_form SET COMPRESSION lz4, ALTER COLUMN normal_form SET STORAGE MAIN,
  ALTER COLUMN original SET COMPRESSION lz4, ALTER COLUMN original SET STORAGE MAIN,
  ALTER COLUMN search SET COMPRESSION lz4, ALTER COLUMN search SET STORAGE MAIN;
