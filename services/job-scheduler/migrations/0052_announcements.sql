-- Sources that a vendor has announced something of, and that were not synced since.
CREATE TABLE announcements (
  workspace_id text NOT NULL,
  credential_id uuid NOT NULL,
  announced_at timestamptz NOT NULL,  -- the newest
  PRIMARY KEY (workspace_id, credential_id)
);
