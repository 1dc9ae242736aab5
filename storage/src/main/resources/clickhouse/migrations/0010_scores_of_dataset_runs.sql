-- A score may be about one run of a dataset as a whole, as Langfuse's clients send it. Such a score has no trace, so it is
-- found among the few rows of its project with sixteen zero bytes.
ALTER TABLE scores
    ADD COLUMN IF NOT EXISTS dataset_run_id String COMMENT 'the dataset run that is scored as a whole' CODEC(ZSTD(1)),
    MODIFY COLUMN trace_id COMMENT 'sixteen zero bytes: the score of a session or a dataset run';
