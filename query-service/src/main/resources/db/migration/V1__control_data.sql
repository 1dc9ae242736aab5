-- Who may see what. Small tables: everything that grows with traffic lives in ClickHouse.
-- Ids are text because the first ones come from the operator (SIGHTLINE_INIT_*), and Langfuse's carry over as they are.
CREATE TABLE organizations (
    id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE projects (
    id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
    organization_id text NOT NULL REFERENCES organizations (id),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX projects_organization_id ON projects (organization_id);

-- The secret itself is never stored: secret_hash is HMAC-SHA-256 of it under the row's salt.
CREATE TABLE api_keys (
    public_key text PRIMARY KEY CHECK (length(public_key) BETWEEN 1 AND 128),
    project_id text NOT NULL REFERENCES projects (id),
    secret_salt bytea NOT NULL CHECK (length(secret_salt) = 16),
    secret_hash bytea NOT NULL CHECK (length(secret_hash) = 32),
    expires_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX api_keys_project_id ON api_keys (project_id);

CREATE TABLE users (
    id uuid PRIMARY KEY,
    -- Lower case, so that one address is one account whatever its capitals.
    email text NOT NULL UNIQUE CHECK (length(email) BETWEEN 3 AND 254 AND email = lower(email)),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    password_hash text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- A member of an organization sees all its projects. The roles are Langfuse's.
CREATE TABLE memberships (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    organization_id text NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('OWNER', 'ADMIN', 'MEMBER', 'VIEWER')),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, organization_id)
);
CREATE INDEX memberships_organization_id ON memberships (organization_id);
