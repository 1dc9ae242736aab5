-- The heavy half of an observation, read one trace at a time: so the trace leads the key. ADR 0002.
-- The row with the highest offset is the observation's content: all of a trace come along one partition. ADR 0006.
CREATE TABLE IF NOT EXISTS observation_content
(
    project_id LowCardinality(String),
    trace_id FixedString(16) CODEC(ZSTD(1)),
    span_id FixedString(8) CODEC(ZSTD(1)),
    start_time DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    input String CODEC(ZSTD(3)),
    output String CODEC(ZSTD(3)),
    model_parameters String CODEC(ZSTD(1)),
    attributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    resource_attributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    tool_definitions String CODEC(ZSTD(3)),
    event_names Array(LowCardinality(String)),
    event_times Array(DateTime64(9, 'UTC')),
    event_attributes Array(Map(String, String)) CODEC(ZSTD(1)),
    link_trace_ids Array(FixedString(16)),
    link_span_ids Array(FixedString(8)),
    link_attributes Array(Map(String, String)) CODEC(ZSTD(1)),
    experiment_expected_output String CODEC(ZSTD(3)),
    kafka_partition UInt16 CODEC(ZSTD(1)),
    kafka_offset UInt64 CODEC(Delta, ZSTD(1)),
    INDEX kafka_offset_index kafka_offset TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(kafka_offset)
PARTITION BY toYYYYMM(start_time)
ORDER BY (project_id, trace_id, span_id)
SETTINGS non_replicated_deduplication_window = 10000;
