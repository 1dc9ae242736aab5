-- What became of what projects sent, counted by edge and writer. Rows with one key add up. An example is what was told
-- to the client, never content. Kept for the time in which somebody still asks.
CREATE TABLE IF NOT EXISTS ingest_outcomes
(
    project_id LowCardinality(String),
    minute DateTime('UTC') CODEC(Delta, ZSTD(1)),
    outcome LowCardinality(String),
    reason LowCardinality(String),
    source LowCardinality(String),
    count SimpleAggregateFunction(sum, UInt64),
    bytes SimpleAggregateFunction(sum, UInt64),
    example SimpleAggregateFunction(anyLast, String) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(minute)
ORDER BY (project_id, minute, outcome, reason, source)
TTL minute + INTERVAL 90 DAY
SETTINGS non_replicated_deduplication_window = 10000;
