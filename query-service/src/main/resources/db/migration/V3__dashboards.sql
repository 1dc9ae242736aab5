-- Dashboards that people made; the shipped ones are resources of the service. A document is written and read whole, in
-- the shape of PUT /api/v1/dashboards/{id}. version counts the changes: who changes must have seen the last one.
CREATE TABLE dashboards (
    id uuid PRIMARY KEY,
    project_id text NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    document text NOT NULL CHECK (length(document) <= 1048576 AND document::jsonb IS NOT NULL),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX dashboards_project_id ON dashboards (project_id, name);
