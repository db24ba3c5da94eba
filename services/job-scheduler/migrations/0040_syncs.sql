-- Connected accounts as something that is kept up to date: a row per credential of the vault, made
-- when the vault tells of it. Nothing secret is here.
CREATE TABLE import_sync_configs (
  workspace_id text NOT NULL,
  credential_id uuid NOT NULL,
  platform text NOT NULL,
  account_ref text NOT NULL,
  ephemeral boolean NOT NULL,         -- lives for one job, as long as nobody turns syncs on
  enabled boolean NOT NULL DEFAULT true,
  sync_frequency_minutes integer NOT NULL DEFAULT 60
    CHECK (sync_frequency_minutes BETWEEN 5 AND 10080),
  mode text NOT NULL DEFAULT 'INCREMENTAL' CHECK (mode IN ('INCREMENTAL', 'FULL')),
  health text NOT NULL DEFAULT 'OK' CHECK (health IN ('OK', 'UNHEALTHY', 'DISCONNECTED')),
  health_text text NOT NULL DEFAULT '',
  probe_failures integer NOT NULL DEFAULT 0,
  next_probe_at timestamptz,          -- set exactly while UNHEALTHY
  running_job_id uuid,                -- the one sync that runs
  next_sync_at timestamptz,           -- the ticks; missed ones are one
  next_reconcile_at timestamptz,
  -- The earlier of the two, while the source may be synced and none runs. NULL: not scheduled.
  due_at timestamptz,
  -- Every call that started in between has been listed. Older ones are no sync's concern.
  synced_from timestamptz,
  synced_until timestamptz,
  overlap_seconds bigint NOT NULL,    -- how late the source tells of calls, as far as is known
  last_sync_at timestamptz,
  last_sync_status text,
  last_sync_calls_imported bigint NOT NULL DEFAULT 0,
  last_sync_job_id uuid,
  note text NOT NULL DEFAULT '',      -- for people
  secret_destroyed boolean NOT NULL DEFAULT false,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, credential_id),
  CHECK ((next_probe_at IS NULL) = (health <> 'UNHEALTHY'))
);

-- Where syncs are off unless somebody turned them on, the scan begins with the workspaces that have
-- them on, and the sources of all others are never looked at; else it goes by time.
CREATE INDEX import_sync_configs_due ON import_sync_configs (workspace_id, due_at)
  WHERE due_at IS NOT NULL;
CREATE INDEX import_sync_configs_due_anywhere ON import_sync_configs (due_at)
  WHERE due_at IS NOT NULL;
CREATE INDEX workspaces_with_syncs ON workspaces (workspace_id) WHERE syncs_enabled;
CREATE INDEX import_sync_configs_running ON import_sync_configs (running_job_id)
  WHERE running_job_id IS NOT NULL;
CREATE INDEX import_sync_configs_probe ON import_sync_configs (next_probe_at)
  WHERE next_probe_at IS NOT NULL;
CREATE INDEX import_sync_configs_doomed ON import_sync_configs (credential_id)
  WHERE health = 'DISCONNECTED' AND NOT secret_destroyed;

-- One sync each. The cursor of one that runs is in checkpoints, the numbers of its calls in
-- import_jobs, both under the same job_id.
CREATE TABLE sync_status (
  job_id uuid PRIMARY KEY REFERENCES import_jobs ON DELETE CASCADE,
  workspace_id text NOT NULL,
  credential_id uuid NOT NULL,
  reason text NOT NULL,               -- FIRST, SCHEDULED, ASKED or RECONCILE
  range_start timestamptz NOT NULL,
  range_end timestamptz NOT NULL,
  synced_before timestamptz,          -- how far the source had been listed until then
  newest_first boolean NOT NULL,      -- the range still has to be narrowed to the newest calls
  call_limit bigint,                  -- new calls that it may take; NULL: any number
  new_calls bigint NOT NULL DEFAULT 0,
  cut_at timestamptz,                 -- the start of the first call that it had to leave out
  late_seconds bigint NOT NULL DEFAULT 0,
  state text NOT NULL,                -- of the job; kept when that has ended
  calls_imported bigint NOT NULL DEFAULT 0,
  started_at timestamptz NOT NULL,
  finished_at timestamptz
) WITH (fillfactor = 80);

CREATE INDEX sync_status_of_source ON sync_status (workspace_id, credential_id, job_id DESC);

-- How far this service has read what others tell: one row a feed, over all replicas.
CREATE TABLE feed_cursors (
  feed text PRIMARY KEY,
  revision bigint NOT NULL
);
