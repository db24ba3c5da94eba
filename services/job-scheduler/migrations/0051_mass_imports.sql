-- Moves of a whole workspace, step by step: a step that has its time is done, and is not done twice.
CREATE TABLE mass_imports (
  mass_import_id uuid PRIMARY KEY,
  workspace_id text NOT NULL,
  credential_id uuid NOT NULL,
  request_id uuid NOT NULL,
  reason text NOT NULL,               -- for those who find the workspace closed
  estimated_end timestamptz,
  created_by_kind smallint NOT NULL,
  created_by_name text NOT NULL,
  correlation_id text NOT NULL,
  job_id uuid,                        -- set with import_started_at
  given_up boolean NOT NULL DEFAULT false,
  maintenance_on_at timestamptz,
  webhooks_held_at timestamptz,
  import_started_at timestamptz,
  import_ended_at timestamptz,
  webhooks_released_at timestamptz,
  maintenance_off_at timestamptz,     -- the last step: it has ended
  reset_at timestamptz,               -- what it had stored was deleted
  UNIQUE (workspace_id, request_id)
);

-- One at a time.
CREATE UNIQUE INDEX mass_imports_open ON mass_imports (workspace_id)
  WHERE maintenance_off_at IS NULL;
