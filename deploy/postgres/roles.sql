-- One role and one schema per service, in the database this is run on. A role sees its own schema
-- and nothing else. Harmless to run again. Roles are shared by all databases of a server.

REVOKE ALL ON SCHEMA public FROM PUBLIC;

DO $$
DECLARE
  service text;
BEGIN
  -- Several databases of one server may be prepared at the same time.
  PERFORM pg_advisory_xact_lock(hashtext('callimport roles'));
  FOREACH service IN ARRAY ARRAY['credential_manager', 'adapter_gateway', 'job_scheduler',
                                 'media_pipeline', 'status_tracker'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = service) THEN
      EXECUTE format('CREATE ROLE %I LOGIN', service);
    END IF;
    EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION %I', service, service);
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', service);
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), service);
  END LOOP;
END $$;
