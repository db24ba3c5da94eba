ALTER TABLE import_credentials
  -- Keyed, of the last secret; tells nothing to whoever lacks the key.
  ADD COLUMN fingerprint bytea NOT NULL DEFAULT '',
  -- Of an ephemeral credential whose job has ended.
  ADD COLUMN shred_due_at timestamptz,
  -- Its secret and epoch key are destroyed, and there is a receipt.
  ADD COLUMN shredded_at timestamptz;
CREATE INDEX import_credentials_to_shred ON import_credentials (credential_id)
  WHERE shredded_at IS NULL AND (deleted_at IS NOT NULL OR shred_due_at IS NOT NULL);

-- Which jobs have ended that used an ephemeral credential.
CREATE TABLE credential_releases (
  credential_id uuid NOT NULL REFERENCES import_credentials,
  job_id text NOT NULL,
  shred_due_at timestamptz NOT NULL,
  PRIMARY KEY (credential_id, job_id));

CREATE TABLE shred_receipts (
  credential_id uuid PRIMARY KEY REFERENCES import_credentials,
  -- Byte for byte what was signed.
  statement text NOT NULL,
  signature bytea NOT NULL,
  public_key bytea NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now());

-- libs/feed: what watchers of credentials follow.
CREATE TABLE credential_feed (
  revision bigint PRIMARY KEY,
  subject text NOT NULL,
  body bytea NOT NULL,
  appended_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX credential_feed_age ON credential_feed (appended_at);

-- The secrets with which vendors sign what they send; two live ones of a source at most.
CREATE TABLE webhook_secrets (
  webhook_secret_id uuid PRIMARY KEY,
  workspace_id text NOT NULL,
  platform text NOT NULL,
  source text NOT NULL,
  request_id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  first_used_at timestamptz,
  last_used_at timestamptz,
  retired_at timestamptz,
  -- Of what follows only a retired one has nothing.
  row_version bigint NOT NULL,
  key_id text NOT NULL,
  envelope bytea NOT NULL,
  sealed_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (workspace_id, request_id));
CREATE INDEX webhook_secrets_live ON webhook_secrets (workspace_id, platform, source)
  WHERE retired_at IS NULL;
CREATE INDEX webhook_secrets_key ON webhook_secrets (key_id) WHERE retired_at IS NULL;
