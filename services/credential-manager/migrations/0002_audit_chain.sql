-- The audit log becomes a chain (libs/audit): every row holds the hash of the row before it. Rows
-- that are there already are chained here, in their order and with numbers without gaps; that does
-- not show what happened to them earlier, and protects them from now on.
SET LOCAL statement_timeout = 0;

ALTER TABLE audit_log ALTER COLUMN entry_id DROP IDENTITY;
ALTER TABLE audit_log RENAME COLUMN entry_id TO sequence;
-- Keys and anchors are audited too, and have no UUID.
ALTER TABLE audit_log ALTER COLUMN credential_id TYPE text USING credential_id::text;
ALTER TABLE audit_log
  ADD COLUMN before_digest bytea NOT NULL DEFAULT '',
  ADD COLUMN after_digest bytea NOT NULL DEFAULT '',
  ADD COLUMN previous_hash bytea,
  ADD COLUMN hash bytea;

-- One row, locked by whoever appends. Its updates find room on its own page.
CREATE TABLE audit_log_head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  sequence bigint NOT NULL,
  hash bytea NOT NULL) WITH (fillfactor = 10);
INSERT INTO audit_log_head (sequence, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

CREATE FUNCTION audit_log_part(part bytea) RETURNS bytea LANGUAGE sql IMMUTABLE
  RETURN int4send(octet_length(part)) || part;

-- As HashOf of libs/audit computes it.
CREATE FUNCTION audit_log_hash(entry audit_log) RETURNS bytea LANGUAGE sql STABLE
  RETURN sha256(
    audit_log_part('callimport-audit-1') || audit_log_part(entry.previous_hash)
    || audit_log_part(convert_to(entry.sequence::text, 'UTF8'))
    || audit_log_part(convert_to((extract(epoch FROM entry.written_at) * 1000000)::bigint::text, 'UTF8'))
    || audit_log_part(convert_to(entry.workspace_id, 'UTF8'))
    || audit_log_part(convert_to(entry.credential_id, 'UTF8'))
    || audit_log_part(convert_to(entry.action, 'UTF8'))
    || audit_log_part(convert_to(entry.actor, 'UTF8'))
    || audit_log_part(convert_to(entry.correlation_id, 'UTF8'))
    || audit_log_part(convert_to(entry.detail, 'UTF8'))
    || audit_log_part(entry.before_digest) || audit_log_part(entry.after_digest));

-- Gives the row the next place in the chain.
CREATE FUNCTION audit_log_chain(INOUT entry audit_log) LANGUAGE plpgsql AS $$
BEGIN
  SELECT head.sequence + 1, head.hash INTO entry.sequence, entry.previous_hash
  FROM audit_log_head AS head FOR UPDATE;
  entry.hash := audit_log_hash(entry);
  UPDATE audit_log_head SET sequence = entry.sequence, hash = entry.hash;
END $$;

DO $$
DECLARE
  old_row audit_log;
  new_row audit_log;
BEGIN
  FOR old_row IN SELECT * FROM audit_log ORDER BY sequence LOOP
    new_row := audit_log_chain(old_row);
    -- Never greater than its old number, so the place is free.
    UPDATE audit_log
    SET sequence = new_row.sequence, previous_hash = new_row.previous_hash, hash = new_row.hash
    WHERE sequence = old_row.sequence;
  END LOOP;
END $$;

ALTER TABLE audit_log ALTER COLUMN previous_hash SET NOT NULL, ALTER COLUMN hash SET NOT NULL;
CREATE INDEX audit_log_workspace ON audit_log (workspace_id, sequence);
-- Rows stand in the order of their time.
CREATE INDEX audit_log_time ON audit_log USING brin (written_at);

-- A replica of the release before writes rows without a hash: the database chains those.
CREATE FUNCTION audit_log_chain_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RETURN audit_log_chain(NEW);
END $$;
CREATE TRIGGER audit_log_chain BEFORE INSERT ON audit_log
  FOR EACH ROW WHEN (NEW.hash IS NULL) EXECUTE FUNCTION audit_log_chain_new();

-- The owner of a table may undo all of this, which is why there are anchors; but no slip and no
-- injected statement changes a row.
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
