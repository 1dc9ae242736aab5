-- Content and scores are looked up by trace: a list of fifty traces reads fifty places. What a place costs is the granule
-- that has to be unpacked for it, so granules of 512 rows instead of 8192, and blocks that end with them
-- (docs/adr/0022). A granule is no setting that can be changed, so new tables take the old ones' place, with their parts as
-- they are; what is written or merged from now on has the new granules. Parts are linked, not copied, and nothing that is
-- inserted meanwhile is lost: it goes to the new table.
CREATE TABLE IF NOT EXISTS observation_content_0011 AS observation_content
ENGINE = ReplacingMergeTree(kafka_offset)
PARTITION BY toYYYYMM(start_time)
ORDER BY (project_id, trace_id, span_id)
SETTINGS non_replicated_deduplication_window = 10000, index_granularity = 512, min_compress_block_size = 16384,
    auto_statistics_types = '';

-- unless: SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = 'observation_content' AND engine_full LIKE '%index_granularity = 512%'
EXCHANGE TABLES observation_content AND observation_content_0011;

ALTER TABLE observation_content ATTACH PARTITION ALL FROM observation_content_0011;

DROP TABLE IF EXISTS observation_content_0011;

CREATE TABLE IF NOT EXISTS scores_0011 AS scores
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY (project_id, trace_id, id)
SETTINGS index_granularity = 512, min_compress_block_size = 16384, auto_statistics_types = '';

-- unless: SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = 'scores' AND engine_full LIKE '%index_granularity = 512%'
EXCHANGE TABLES scores AND scores_0011;

ALTER TABLE scores ATTACH PARTITION ALL FROM scores_0011;

DROP TABLE IF EXISTS scores_0011;
