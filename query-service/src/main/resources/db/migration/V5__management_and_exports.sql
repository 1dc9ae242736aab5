-- What people say of a key they make, and who made it.
ALTER TABLE api_keys ADD COLUMN name text NOT NULL DEFAULT '' CHECK (length(name) <= 200);
ALTER TABLE api_keys ADD COLUMN created_by uuid REFERENCES users (id) ON DELETE SET NULL;

-- Who changed what, written in the transaction of the change. Names no secret. Without references: it outlives them.
CREATE TABLE audit_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    -- The user's id, or the public key.
    actor text NOT NULL,
    action text NOT NULL,
    organization_id text,
    project_id text,
    object text NOT NULL
);
CREATE INDEX audit_events_project_id ON audit_events (project_id, at);

-- Files of a project's rows that are being written or wait to be fetched.
CREATE TABLE exports (
    id uuid PRIMARY KEY,
    project_id text NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    -- What was asked, as JSON.
    request text NOT NULL,
    state text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'expired')),
    row_count bigint NOT NULL DEFAULT 0,
    row_total bigint,
    byte_count bigint NOT NULL DEFAULT 0,
    error text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    finished_at timestamptz,
    expires_at timestamptz,
    -- The process that writes it says so again and again; one that is silent too long has lost it.
    attempt integer NOT NULL DEFAULT 0,
    heartbeat_at timestamptz
);
CREATE INDEX exports_project_id ON exports (project_id, created_at);
CREATE INDEX exports_open ON exports (created_at) WHERE state IN ('queued', 'running');
