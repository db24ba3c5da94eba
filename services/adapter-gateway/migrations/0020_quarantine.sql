-- Records of vendors that could not be read when they were listed, as they came: personal data.
-- What is kept, how much and for how long is bounded by the configuration (records/quarantine.h).
CREATE TABLE quarantine (
  record_id uuid PRIMARY KEY,            -- rising with time
  workspace_id text NOT NULL,
  credential_id text NOT NULL,
  platform text NOT NULL,
  record_kind smallint NOT NULL,         -- a callimport.common.v1.RecordKind
  source_call_id text NOT NULL,          -- as far as it could be read
  reason text NOT NULL,                  -- for people
  raw bytea NOT NULL,                    -- byte for byte; empty where it was too large to be kept
  raw_sha256 bytea NOT NULL,
  raw_bytes bigint NOT NULL,
  first_seen_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  -- Listed again, it is the same record.
  UNIQUE (workspace_id, credential_id, raw_sha256)
);
ALTER TABLE quarantine ALTER COLUMN raw SET COMPRESSION lz4;
CREATE INDEX quarantine_newest ON quarantine (workspace_id, record_id DESC);
CREATE INDEX quarantine_of_account ON quarantine (workspace_id, credential_id, record_id);
CREATE INDEX quarantine_by_age ON quarantine (last_seen_at);
