-- Where vendors are to send what they announce by themselves: one address for each account.
CREATE TABLE webhook_subscriptions (
  subscription_id uuid PRIMARY KEY,
  workspace_id text NOT NULL,
  credential_id text NOT NULL,
  platform text NOT NULL,
  state smallint NOT NULL,             -- as v1.Subscription.State
  vendor_ids text[] NOT NULL DEFAULT '{}',
  expires_at timestamptz,
  -- Up to here the vendor is known to have had somebody to tell; what came later may be missing.
  covered_until timestamptz,
  last_delivery_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (workspace_id, credential_id));

-- Whose deliveries wait. The row is locked by whoever stores one, and by whoever lets them go.
CREATE TABLE webhook_holds (
  workspace_id text NOT NULL,
  credential_id text NOT NULL,
  reason text NOT NULL,
  draining boolean NOT NULL DEFAULT false,
  held_since timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, credential_id));

-- A receipt of everything that came to a known address. Ids rise with time.
CREATE TABLE webhook_logs (
  webhook_id uuid PRIMARY KEY,
  workspace_id text NOT NULL,
  credential_id text NOT NULL,
  platform text NOT NULL,
  delivery_id text NOT NULL,
  event_type text NOT NULL,
  source_call_id text NOT NULL,
  verdict smallint NOT NULL,           -- as v1.WebhookVerdict
  note text NOT NULL,
  headers text NOT NULL,               -- those that say how it was signed and made, as JSON
  body bytea NOT NULL,                 -- as it came; empty where nobody is known to have signed it
  body_sha256 bytea NOT NULL,
  body_bytes integer NOT NULL,
  event bytea NOT NULL,                -- the announcement: a v1.WebhookEvent without its revision
  revision bigint NOT NULL,            -- of its last announcement; 0: none
  received_at timestamptz NOT NULL,
  latency_us bigint NOT NULL);
ALTER TABLE webhook_logs ALTER COLUMN body SET COMPRESSION lz4;
ALTER TABLE webhook_logs ALTER COLUMN event SET COMPRESSION lz4;
CREATE INDEX webhook_logs_of_workspace ON webhook_logs (workspace_id, webhook_id);
CREATE INDEX webhook_logs_held ON webhook_logs (workspace_id, credential_id, received_at, webhook_id)
  WHERE verdict = 3;

-- What was there already: digests of delivery ids, bodies and events, each with its credential.
CREATE TABLE webhook_keys (
  key uuid PRIMARY KEY,
  seen_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX webhook_keys_by_age ON webhook_keys USING brin (seen_at);

-- The feed (libs/feed): the subject is the webhook_id, and the log has the rest.
CREATE TABLE webhook_feed (
  revision bigint PRIMARY KEY,
  subject text NOT NULL,
  body bytea NOT NULL,
  appended_at timestamptz NOT NULL DEFAULT now());
