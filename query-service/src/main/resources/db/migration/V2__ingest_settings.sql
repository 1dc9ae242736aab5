-- What the edge does with a project's spans: redaction, sampling, limits of the project and of its keys, own prices. One
-- document, written and read whole, in the shape of PUT /api/v1/project/settings. No row: everything is at its default.
CREATE TABLE ingest_settings (
    project_id text PRIMARY KEY REFERENCES projects (id) ON DELETE CASCADE,
    document text NOT NULL CHECK (length(document) <= 1048576 AND document::jsonb IS NOT NULL),
    updated_at timestamptz NOT NULL DEFAULT now()
);
