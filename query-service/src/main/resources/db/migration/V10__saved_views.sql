-- Tables of traces under a name, shared by a project's members. search is the state of the traces' page, read and
-- written whole; what it means is the page's affair. created_by outlives the user or key that it names.
CREATE TABLE saved_views (
    id uuid PRIMARY KEY,
    project_id text NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    search text NOT NULL CHECK (octet_length(search) <= 16384),
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (project_id, name)
);
