-- What somebody did with webhooks that is answered for: who, when, why. A chain (libs/audit): every row holds the
-- hash of the row before it, so that a changed, deleted or inserted row shows. Nothing cleans it.
CREATE TABLE audit_log (
  sequence bigint PRIMARY KEY,
  written_at timestamptz NOT NULL,
  workspace_id text NOT NULL,
  object_id text NOT NULL,            -- a credential or a subscription
  action text NOT NULL,
  actor text NOT NULL,                -- SUPPORT/dana
  correlation_id text NOT NULL,
  detail text NOT NULL,
  before_digest bytea NOT NULL,
  after_digest bytea NOT NULL,
  previous_hash bytea NOT NULL,
  hash bytea NOT NULL
);
CREATE INDEX audit_log_workspace ON audit_log (workspace_id, sequence);

-- One row, locked by whoever appends. Its updates find room on its own page.
CREATE TABLE audit_log_head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  sequence bigint NOT NULL,
  hash bytea NOT NULL
) WITH (fillfactor = 10);
INSERT INTO audit_log_head (sequence, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

-- The owner of a table may undo this; but no slip and no injected statement changes a row.
CREATE FUNCTION audit_log_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION audit_log_refuse();
CREATE TRIGGER audit_log_head_stays BEFORE DELETE OR TRUNCATE ON audit_log_head
  FOR EACH STATEMENT EXECUTE FUNCTION audit_log_refuse();
CREATE TRIGGER audit_log_head_rises BEFORE UPDATE ON audit_log_head
  FOR EACH ROW WHEN (NEW.sequence <= OLD.sequence) EXECUTE FUNCTION audit_log_refuse();
REVOKE UPDATE, DELETE, TRUNCATE ON audit_log FROM CURRENT_USER;
