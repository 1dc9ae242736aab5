-- Who was asked to join an organization and has not answered. The link's token is random (256 bits) and never stored.
CREATE TABLE invitations (
    id uuid PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254 AND email = lower(email)),
    role text NOT NULL CHECK (role IN ('OWNER', 'ADMIN', 'MEMBER', 'VIEWER')),
    -- SHA-256.
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    -- Asked again, the earlier link is void.
    UNIQUE (organization_id, email)
);

-- A session that began earlier is over.
ALTER TABLE users ADD COLUMN sessions_since timestamptz NOT NULL DEFAULT 'epoch';
