CREATE TABLE import_credentials (
  credential_id uuid PRIMARY KEY,
  workspace_id text NOT NULL,
  platform text NOT NULL,
  credential_type smallint NOT NULL,
  retention smallint NOT NULL,
  account_ref text NOT NULL,
  account_name text NOT NULL,
  is_valid boolean NOT NULL DEFAULT true,
  expires_at timestamptz,
  last_verified_at timestamptz,
  created_by_kind smallint NOT NULL,
  created_by_name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  -- A tombstone keeps what was imported explainable; its secret is gone.
  deleted_at timestamptz);

CREATE UNIQUE INDEX import_credentials_account
  ON import_credentials (workspace_id, platform, account_ref) WHERE deleted_at IS NULL;
CREATE INDEX import_credentials_list ON import_credentials (workspace_id, credential_id);

-- What may be shown of a credential's fields.
CREATE TABLE credential_public_fields (
  credential_id uuid NOT NULL REFERENCES import_credentials,
  name text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (credential_id, name));

CREATE TABLE credential_secrets (
  credential_id uuid PRIMARY KEY REFERENCES import_credentials,
  version smallint NOT NULL,
  key_id text NOT NULL,
  wrapped_key bytea NOT NULL,
  ciphertext bytea NOT NULL,
  sealed_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX credential_secrets_key ON credential_secrets (key_id);

-- Answers given, so that a repeated request gets the same one.
CREATE TABLE store_requests (
  workspace_id text NOT NULL,
  request_id uuid NOT NULL,
  digest bytea NOT NULL,
  credential_id uuid NOT NULL REFERENCES import_credentials,
  requested_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, request_id));

CREATE TABLE audit_log (
  entry_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  written_at timestamptz NOT NULL DEFAULT now(),
  workspace_id text NOT NULL,
  credential_id uuid NOT NULL,
  action text NOT NULL,
  actor text NOT NULL,
  correlation_id text NOT NULL,
  detail text NOT NULL);
CREATE INDEX audit_log_credential ON audit_log (credential_id, entry_id);
