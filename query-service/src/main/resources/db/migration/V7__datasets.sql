-- Datasets: inputs with what is expected of them. Items are named by their senders, within the project.
CREATE TABLE datasets (
    id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
    project_id text NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 500),
    description text,
    metadata text CHECK (metadata IS NULL OR metadata::jsonb IS NOT NULL),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (project_id, name)
);

CREATE TABLE dataset_items (
    id text NOT NULL CHECK (length(id) BETWEEN 1 AND 200),
    project_id text NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    dataset_id text NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
    status text NOT NULL CHECK (status IN ('ACTIVE', 'ARCHIVED')),
    input text,
    expected_output text,
    metadata text,
    source_trace_id text,
    source_observation_id text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (project_id, id)
);
CREATE INDEX dataset_items_dataset_id ON dataset_items (dataset_id, created_at DESC, id);

-- A run of an application over a dataset: which trace came of which item.
CREATE TABLE dataset_runs (
    id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
    project_id text NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    dataset_id text NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 500),
    description text,
    metadata text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (dataset_id, name)
);

CREATE TABLE dataset_run_items (
    id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
    project_id text NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    run_id text NOT NULL REFERENCES dataset_runs (id) ON DELETE CASCADE,
    item_id text NOT NULL,
    trace_id text NOT NULL CHECK (length(trace_id) BETWEEN 1 AND 200),
    observation_id text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (project_id, item_id) REFERENCES dataset_items (project_id, id) ON DELETE CASCADE
);
CREATE INDEX dataset_run_items_run_id ON dataset_run_items (run_id, created_at DESC, id);
