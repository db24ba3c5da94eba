-- Calls that were deleted with their mass import, until nothing is left of what became of them.
CREATE TABLE forgotten_calls (
  call_id uuid PRIMARY KEY,
  mass_import_id uuid NOT NULL,
  workspace_id text NOT NULL,
  platform text NOT NULL,
  source_call_id text NOT NULL,       -- whole, however long
  forgotten_at timestamptz NOT NULL
);
CREATE INDEX forgotten_calls_of_workspace ON forgotten_calls (workspace_id);
CREATE INDEX forgotten_calls_age ON forgotten_calls (forgotten_at, call_id);
