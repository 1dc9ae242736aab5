-- The trace id as spans are stored under it (ExternalIds.traceId of the sender's name), to find what a trace came of.
ALTER TABLE dataset_run_items ADD COLUMN trace_key bytea;
UPDATE dataset_run_items SET trace_key = CASE
    WHEN trace_id ~ '^[0-9A-Fa-f]{32}$' AND trace_id ~ '[^0]' THEN decode(trace_id, 'hex')
    WHEN trace_id ~ '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$' AND trace_id ~ '[^0-]'
        THEN decode(replace(trace_id, '-', ''), 'hex')
    ELSE substring(sha256(convert_to(trace_id, 'UTF8')) FROM 1 FOR 16) END;
ALTER TABLE dataset_run_items ALTER COLUMN trace_key SET NOT NULL;
CREATE INDEX dataset_run_items_trace ON dataset_run_items (project_id, trace_key, created_at, id);
