-- What an agent says again with each turn is stored once for its trace; observation_content refers to it. ADR 0007.
-- A message is written again for each day and month on which an observation that refers to it started: dropping what is
-- older than a day never takes a message from a younger observation.
CREATE TABLE IF NOT EXISTS messages
(
    project_id LowCardinality(String),
    trace_id FixedString(16) CODEC(ZSTD(1)),
    hash FixedString(16) COMMENT 'the first half of the body''s SHA-256' CODEC(NONE),
    body String CODEC(ZSTD(3)),
    day Date COMMENT 'the last day on which an observation that refers to it started' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(day)
PARTITION BY toYYYYMM(day)
ORDER BY (project_id, trace_id, hash)
SETTINGS index_granularity = 2048;

ALTER TABLE observation_content
    ADD COLUMN IF NOT EXISTS message_bytes UInt64 COMMENT 'of the messages that the texts refer to' CODEC(T64, ZSTD(1));
