-- What the guard does with what it finds. Each change is a row of its own and none is ever changed, since recorded checks
-- name the version; a deletion is a version too. `document` is the JSON of sightline.guard.v1.Policy.
CREATE TABLE guard_policies (
    id text PRIMARY KEY,
    project_id text NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    environment text NOT NULL CHECK (length(environment) <= 100),
    version integer NOT NULL CHECK (version > 0),
    deleted boolean NOT NULL,
    document text NOT NULL CHECK (length(document) <= 262144),
    created_at timestamptz NOT NULL,
    UNIQUE (project_id, name, environment, version)
);
