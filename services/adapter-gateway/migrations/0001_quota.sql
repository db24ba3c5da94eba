-- What vendors allow, and who of us has which part of it. A row is one window of one bucket: of
-- what the vendor counts together ("gong/1f…": an account; "gong/app"). It is rewritten as a whole
-- a few times a second while the bucket is in use, so that one statement locks it and another
-- settles it; room is left to do so in place.
--
-- Moments are microseconds since 1970 by the clock of this database, which all replicas share.
CREATE TABLE quota_windows (
  bucket text NOT NULL,
  endpoint_group text NOT NULL,  -- '': all endpoints
  period_ms bigint NOT NULL,     -- 0: not a window, but the bucket's stop
  stopped_until bigint NOT NULL DEFAULT 0,

  -- Used tokens, and until when they count. Each place of the arrays is one debt.
  debt_first bigint[] NOT NULL DEFAULT '{}',
  debt_until bigint[] NOT NULL DEFAULT '{}',
  debt_tokens bigint[] NOT NULL DEFAULT '{}',

  -- The replicas that hold tokens, until when unless they are heard of. Each place is one replica.
  holder text[] NOT NULL DEFAULT '{}',
  held_tokens bigint[] NOT NULL DEFAULT '{}',
  held_used bigint[] NOT NULL DEFAULT '{}',
  held_want bigint[] NOT NULL DEFAULT '{}',
  held_until bigint[] NOT NULL DEFAULT '{}',

  -- What was learned of the limit; see domain/learned_limit.h.
  ceiling double precision NOT NULL DEFAULT 0,
  felt_ms bigint NOT NULL DEFAULT 0,
  settled_ms bigint NOT NULL DEFAULT 0,
  cut_at bigint NOT NULL DEFAULT 0,
  seen_at bigint NOT NULL DEFAULT 0,
  told_limit bigint NOT NULL DEFAULT 0,

  touched_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (bucket, period_ms, endpoint_group)
) WITH (fillfactor = 50);

-- Circuit breakers that are not closed, as the replica knows them that opened them last.
CREATE TABLE breakers (
  account text NOT NULL,
  endpoint_group text NOT NULL,
  probe_at timestamptz NOT NULL,
  reason text NOT NULL,          -- for people
  PRIMARY KEY (account, endpoint_group)
);
