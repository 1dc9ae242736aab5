-- What a deletion deleted, until its last sweep: 16 bytes for each trace of a page. ADR 0011.
CREATE TABLE deleted_traces (
    id uuid PRIMARY KEY,
    deletion_id uuid NOT NULL REFERENCES deletions (id) ON DELETE CASCADE,
    trace_ids bytea NOT NULL
);
CREATE INDEX deleted_traces_deletion_id ON deleted_traces (deletion_id);

-- scores_until: when the traces were gone; what was said about them by then has to go too. score_offsets: what of topic
-- `scores` has to be stored first. sweep: the number of the next one; null: none is to come.
ALTER TABLE deletions
    ADD COLUMN scores_until timestamptz,
    ADD COLUMN score_offsets text NOT NULL DEFAULT '{}',
    ADD COLUMN sweep integer;
DROP INDEX deletions_running;
CREATE INDEX deletions_to_work_at ON deletions (lease_until) WHERE state = 'running' OR sweep IS NOT NULL;
