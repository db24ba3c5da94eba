-- One role and one schema for each service. Run it in the suite's database as a superuser, or as an
-- administrator who may create roles; running it again changes nothing.
--
-- A role owns its own schema and sees no other. Passwords are not set here: where PostgreSQL asks
-- for one, say ALTER ROLE … PASSWORD and give the service its database.password_file.

SET client_min_messages = warning;

DO $roles$
DECLARE
  service text;
  may_all boolean := (SELECT rolsuper FROM pg_roles WHERE rolname = current_user);
BEGIN
  -- Several databases of one server may be prepared at the same time.
  PERFORM pg_advisory_xact_lock(hashtext('callimport roles'));
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  REVOKE ALL ON SCHEMA public FROM PUBLIC;

  FOREACH service IN ARRAY ARRAY['credential_manager', 'adapter_gateway', 'job_scheduler',
                                 'media_pipeline', 'status_tracker'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = service) THEN
      EXECUTE format('CREATE ROLE %I LOGIN NOINHERIT', service);
    END IF;
    IF NOT may_all AND NOT pg_has_role(current_user, service, 'MEMBER') THEN
      EXECUTE format('GRANT %I TO %I', service, current_user);  -- to give it the schema
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), service);
    EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION %I', service, service);
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', service);
    EXECUTE format('ALTER ROLE %I IN DATABASE %I SET search_path = %I', service,
                   current_database(), service);
  END LOOP;
END
$roles$;
