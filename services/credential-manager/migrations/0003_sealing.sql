-- How often the secret was written. It stands with the credential and not with the sealed row, so
-- that an older copy of the row put back does not open.
ALTER TABLE import_credentials ADD COLUMN secret_version bigint NOT NULL DEFAULT 0;

ALTER TABLE credential_secrets
  -- The epoch key of an ephemeral credential; empty: there is none.
  ADD COLUMN epoch_key_id text NOT NULL DEFAULT '',
  -- Which write this is; what a re-wrap compares before it swaps.
  ADD COLUMN row_version bigint NOT NULL DEFAULT 0;

-- What is known of key-encryption keys; the keys themselves are never here.
CREATE TABLE encryption_keys (
  key_id text PRIMARY KEY,
  first_seen_at timestamptz NOT NULL DEFAULT now(),
  -- About how often it has wrapped a data key.
  wraps bigint NOT NULL DEFAULT 0,
  -- Once set, the key is refused for good, even when its file still has it.
  destroyed_at timestamptz,
  destroyed_by text NOT NULL DEFAULT '');

-- A rotation goes on until no row is left that it is about; which those are, the rows say.
CREATE TABLE key_rotations (
  rotation_id uuid PRIMARY KEY,
  to_key_id text NOT NULL,
  -- Data keys and ciphertexts anew, not only their wrapping.
  reencrypt boolean NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  started_by text NOT NULL,
  rewrapped bigint NOT NULL DEFAULT 0,
  -- Of rows that do not open, and so stay as they are.
  unreadable bigint NOT NULL DEFAULT 0,
  finished_at timestamptz,
  -- Another key became primary before it was through.
  superseded boolean NOT NULL DEFAULT false);
-- One at a time.
CREATE UNIQUE INDEX key_rotations_running ON key_rotations ((true)) WHERE finished_at IS NULL;
