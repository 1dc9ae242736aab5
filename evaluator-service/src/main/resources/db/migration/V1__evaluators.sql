-- How a project's traces are judged, and what is still to be done. Documents are the JSON form of the messages in
-- sightline/evaluator/v1; the columns beside them are what queries look at. Scores live in ClickHouse.

-- A version never changes. The shipped templates are in the service's jar, not here.
CREATE TABLE templates (
    project_id text NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    version integer NOT NULL CHECK (version > 0),
    document text NOT NULL CHECK (length(document) <= 262144),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (project_id, name, version)
);

-- The key of a provider is AES-GCM under a key derived from SIGHTLINE_ENCRYPTION_KEY: 12 bytes nonce, then the text.
CREATE TABLE llm_connections (
    project_id text NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    document text NOT NULL CHECK (length(document) <= 65536),
    secret bytea,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (project_id, name)
);

CREATE TABLE evaluators (
    id text PRIMARY KEY,
    project_id text NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    version integer NOT NULL CHECK (version > 0),
    document text NOT NULL CHECK (length(document) <= 262144),
    -- Empty: it runs. Else why it does not, fit for people.
    paused_reason text NOT NULL DEFAULT '',
    -- Runs in a row that ended without a value.
    failures integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (project_id, name)
);

CREATE TABLE rules (
    id text PRIMARY KEY,
    project_id text NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    document text NOT NULL CHECK (length(document) <= 65536),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (project_id, name)
);

-- Projects that have got the evaluators and the rule that a new project begins with.
CREATE TABLE begun_projects (
    project_id text PRIMARY KEY,
    begun_at timestamptz NOT NULL DEFAULT now()
);

-- What a rule has done on a day (UTC): its budget is counted here, and what was left out because of it.
CREATE TABLE rule_days (
    rule_id text NOT NULL REFERENCES rules (id) ON DELETE CASCADE,
    day date NOT NULL,
    scheduled bigint NOT NULL DEFAULT 0,
    left_out bigint NOT NULL DEFAULT 0,
    failed bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (rule_id, day)
);

CREATE TABLE backfills (
    id text PRIMARY KEY,
    project_id text NOT NULL,
    rule_id text NOT NULL REFERENCES rules (id) ON DELETE CASCADE,
    state text NOT NULL CHECK (state IN ('running', 'paused', 'cancelled', 'done', 'failed')),
    from_time timestamptz NOT NULL,
    to_time timestamptz NOT NULL,
    -- Where the listing of traces goes on; empty at the beginning.
    cursor text NOT NULL DEFAULT '',
    listed boolean NOT NULL DEFAULT false,
    scheduled bigint NOT NULL DEFAULT 0,
    done bigint NOT NULL DEFAULT 0,
    failed bigint NOT NULL DEFAULT 0,
    error text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX backfills_running ON backfills (state) WHERE state = 'running';
CREATE INDEX backfills_rule ON backfills (rule_id, created_at);

-- Evaluations that wait or are under way, by the id of the score that they will make: asked for twice, they run once.
-- A run that is done is deleted; one that failed for good stays as 'dead' for a while.
CREATE TABLE runs (
    score_id text PRIMARY KEY,
    project_id text NOT NULL,
    rule_id text NOT NULL REFERENCES rules (id) ON DELETE CASCADE,
    evaluator_id text NOT NULL REFERENCES evaluators (id) ON DELETE CASCADE,
    backfill_id text,
    trace_id bytea NOT NULL,
    span_id bytea NOT NULL,
    session_id text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'running', 'dead')),
    due_at timestamptz NOT NULL,
    -- A run that is 'running' beyond this time belongs to a process that died.
    lease_until timestamptz,
    -- Counts how often it was asked for: what was asked for again while it ran, runs again.
    asked integer NOT NULL DEFAULT 1,
    attempts integer NOT NULL DEFAULT 0,
    error text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX runs_due ON runs (evaluator_id, due_at) WHERE state = 'waiting';
CREATE INDEX runs_leased ON runs (lease_until) WHERE state = 'running';
CREATE INDEX runs_rule ON runs (rule_id, state);
CREATE INDEX runs_backfill ON runs (backfill_id) WHERE backfill_id IS NOT NULL;
CREATE INDEX runs_evaluator ON runs (evaluator_id);
