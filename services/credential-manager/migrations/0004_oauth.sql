ALTER TABLE import_credentials
  -- Whose account it is at the vendor, where that is a person.
  ADD COLUMN account_email text NOT NULL DEFAULT '',
  -- Why the vendor refused it when it was verified last; empty when it did not.
  ADD COLUMN refusal_reason text NOT NULL DEFAULT '';

-- Beside the sealed tokens of an OAuth credential: what is known of them.
CREATE TABLE oauth_tokens (
  credential_id uuid PRIMARY KEY REFERENCES import_credentials,
  grant_kind smallint NOT NULL,
  -- As the vendor named them, with spaces between.
  scopes text NOT NULL,
  -- Rises with every new pair. Whoever writes one compares it with the pair that was replaced.
  generation bigint NOT NULL DEFAULT 1,
  obtained_at timestamptz NOT NULL,
  expires_at timestamptz,
  -- Whether new ones can be had without a person.
  refreshable boolean NOT NULL,
  -- When the next are due; NULL: never.
  refresh_at timestamptz,
  -- One replica asks the vendor, and until when the others wait for it.
  claimed_by uuid,
  claimed_until timestamptz,
  -- Set before the vendor is asked and cleared with the outcome. Found set by the next one, the
  -- outcome was lost: the vendor may have handed out a pair that nobody has.
  asked_at timestamptz,
  outcome_unknown boolean NOT NULL DEFAULT false,
  -- 0 none, 1 the vendor takes the refresh token no more, 2 it does not answer, 3 it does not know
  -- our client.
  problem smallint NOT NULL DEFAULT 0,
  problem_text text NOT NULL DEFAULT '',
  failures int NOT NULL DEFAULT 0,
  retry_at timestamptz);
CREATE INDEX oauth_tokens_due ON oauth_tokens (refresh_at) WHERE refresh_at IS NOT NULL;

-- Somebody is on the way to connect an account. Nothing of it is a credential yet.
CREATE TABLE oauth_attempts (
  attempt_id uuid PRIMARY KEY,
  -- SHA-256 of the state; gone once the state was used.
  state_hash bytea UNIQUE,
  -- 1 awaits approval, 2 exchanging, 3 granted, 4 connected, 5 failed.
  phase smallint NOT NULL,
  grant_kind smallint NOT NULL,
  workspace_id text NOT NULL,
  platform text NOT NULL,
  account_ref text NOT NULL,
  replace boolean NOT NULL,
  redirect_uri text NOT NULL,
  landing smallint NOT NULL,
  landing_target text NOT NULL,
  created_by_kind smallint NOT NULL,
  created_by_name text NOT NULL,
  expires_at timestamptz NOT NULL,
  scopes text NOT NULL DEFAULT '',
  tokens_obtained_at timestamptz,
  tokens_expire_at timestamptz,
  credential_id uuid REFERENCES import_credentials,
  failure_reason text NOT NULL DEFAULT '',
  failure_text text NOT NULL DEFAULT '',
  -- Code verifier or tokens, while they are needed.
  version smallint,
  key_id text,
  wrapped_key bytea,
  ciphertext bytea,
  row_version bigint NOT NULL DEFAULT 0,
  sealed_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX oauth_attempts_expiry ON oauth_attempts (expires_at);
CREATE INDEX oauth_attempts_key ON oauth_attempts (key_id) WHERE key_id IS NOT NULL;
