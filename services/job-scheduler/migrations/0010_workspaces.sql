-- What was set for workspaces. A workspace without a row, and a column that is NULL, has the default
-- of the configuration.
CREATE TABLE workspaces (
  workspace_id text PRIMARY KEY,
  customer_id text UNIQUE,            -- what other systems call it
  time_zone text,                     -- of the IANA database
  window_start_hour smallint,         -- of BULK calls, in the time zone; both hours or none
  window_end_hour smallint,
  bulk_calls_per_window integer,
  free_calls_per_month integer,
  weight integer,
  max_running_jobs integer,
  live boolean,
  syncs_enabled boolean,
  maintenance_since timestamptz,      -- NULL: no mass import holds it
  maintenance_ends_at timestamptz,    -- as far as can be told
  maintenance_reason text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((window_start_hour IS NULL) = (window_end_hour IS NULL))
);
