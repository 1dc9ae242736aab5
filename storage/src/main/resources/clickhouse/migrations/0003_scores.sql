-- Named judgements. The id makes a score idempotent: of several rows with one id the latest updated_at counts. ADR 0002.
CREATE TABLE IF NOT EXISTS scores
(
    project_id LowCardinality(String),
    trace_id FixedString(16) COMMENT 'sixteen zero bytes: a session''s score' CODEC(ZSTD(1)),
    id String CODEC(ZSTD(1)),
    span_id FixedString(8) COMMENT 'eight zero bytes: not about one observation' CODEC(ZSTD(1)),
    session_id String CODEC(ZSTD(1)),
    name LowCardinality(String),
    data_type LowCardinality(String),
    value Nullable(Float64),
    string_value String CODEC(ZSTD(1)),
    comment String CODEC(ZSTD(3)),
    source LowCardinality(String),
    environment LowCardinality(String),
    timestamp DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    updated_at DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    metadata Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    config_id String CODEC(ZSTD(1)),
    queue_id String CODEC(ZSTD(1)),
    author_user_id String CODEC(ZSTD(1)),
    evaluator_name LowCardinality(String),
    evaluator_version LowCardinality(String),
    evaluator_config String CODEC(ZSTD(1)),
    evaluator_trace_id FixedString(16) CODEC(ZSTD(1)),
    model LowCardinality(String),
    error String CODEC(ZSTD(1)),
    external_trace_id String COMMENT 'the sender''s id where it is not trace_id in hexadecimal' CODEC(ZSTD(1)),
    external_observation_id String CODEC(ZSTD(1)),
    INDEX timestamp_index timestamp TYPE minmax GRANULARITY 1,
    INDEX id_index id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY (project_id, trace_id, id);
