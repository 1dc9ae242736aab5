-- Deletions of traces: what was ordered and how far it is. A replica that works at one holds its lease; when that runs
-- out, another goes on behind cursor. offsets: per partition of topic `spans` the last record that was published for it.
CREATE TABLE deletions (
    id uuid PRIMARY KEY,
    project_id text NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    selection text NOT NULL CHECK (length(selection) <= 1048576 AND selection::jsonb IS NOT NULL),
    state text NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    problem text NOT NULL DEFAULT '',
    traces bigint NOT NULL DEFAULT 0,
    observations bigint NOT NULL DEFAULT 0,
    cursor text NOT NULL DEFAULT '',
    published boolean NOT NULL DEFAULT false,
    offsets text NOT NULL DEFAULT '{}',
    lease_owner text NOT NULL DEFAULT '',
    lease_until timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz
);
CREATE INDEX deletions_project_id ON deletions (project_id, created_at DESC, id);
CREATE INDEX deletions_running ON deletions (lease_until) WHERE state = 'running';

-- What was last ordered to be cut off of a project for its age, with the day: one replica orders it.
CREATE TABLE retention_runs (
    project_id text PRIMARY KEY REFERENCES projects (id) ON DELETE CASCADE,
    ordered text NOT NULL
);

-- What a score of a name may be.
CREATE TABLE score_configs (
    id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
    project_id text NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    data_type text NOT NULL CHECK (data_type IN ('NUMERIC', 'BOOLEAN', 'CATEGORICAL', 'TEXT')),
    is_archived boolean NOT NULL DEFAULT false,
    min_value double precision,
    max_value double precision,
    categories text CHECK (categories IS NULL OR categories::jsonb IS NOT NULL),
    description text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX score_configs_project_id ON score_configs (project_id, created_at DESC, id);

-- What somebody wrote about a trace, an observation, a session or a prompt.
CREATE TABLE comments (
    id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
    project_id text NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    object_type text NOT NULL CHECK (object_type IN ('TRACE', 'OBSERVATION', 'SESSION', 'PROMPT')),
    object_id text NOT NULL CHECK (length(object_id) BETWEEN 1 AND 1000),
    content text NOT NULL CHECK (length(content) BETWEEN 1 AND 5000),
    author_user_id text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX comments_project_id ON comments (project_id, created_at DESC, id);
CREATE INDEX comments_object ON comments (project_id, object_type, object_id);
