-- Credentials that a vendor refuses while it is asked for recordings: what is left to be asked with
-- them waits (credential_parkings), and is tried by a few now and then. A row stays until one gets
-- through, or the credential is known to be well again.
CREATE TABLE credential_refusals (
  workspace_id text NOT NULL,
  credential_id text NOT NULL,
  refused_at timestamptz NOT NULL,    -- for the first time
  tries integer NOT NULL,             -- that were refused, each after its pause
  try_after timestamptz NOT NULL,
  reason text NOT NULL,
  message text NOT NULL,
  PRIMARY KEY (workspace_id, credential_id)
) WITH (fillfactor = 50);
