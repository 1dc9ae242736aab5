CREATE TABLE ingest_outcomes
(
    `project_id` LowCardinality(String),
    `minute` DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    `outcome` LowCardinality(String),
    `reason` LowCardinality(String),
    `source` LowCardinality(String),
    `count` SimpleAggregateFunction(sum, UInt64),
    `bytes` SimpleAggregateFunction(sum, UInt64),
    `example` SimpleAggregateFunction(anyLast, String) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(minute)
ORDER BY (project_id, minute, outcome, reason, source)
TTL minute + toIntervalDay(90)
SETTINGS non_replicated_deduplication_window = 10000, index_granularity = 8192;

CREATE TABLE messages
(
    `project_id` LowCardinality(String),
    `trace_id` FixedString(16) CODEC(ZSTD(1)),
    `hash` FixedString(16) COMMENT 'the first half of the body\'s SHA-256' CODEC(NONE),
    `body` String CODEC(ZSTD(3)),
    `day` Date COMMENT 'the last day on which an observation that refers to it started' CODEC(ZSTD(1)),
    INDEX body_words body TYPE text(tokenizer = 'splitByNonAlpha', preprocessor = lowerUTF8(body)) GRANULARITY 100000000
)
ENGINE = ReplacingMergeTree(day)
PARTITION BY toYYYYMM(day)
ORDER BY (project_id, trace_id, hash)
SETTINGS index_granularity = 2048, auto_statistics_types = '';

CREATE TABLE observation_content
(
    `project_id` LowCardinality(String),
    `trace_id` FixedString(16) CODEC(ZSTD(1)),
    `span_id` FixedString(8) CODEC(ZSTD(1)),
    `start_time` DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    `input` String CODEC(ZSTD(3)),
    `output` String CODEC(ZSTD(3)),
    `model_parameters` String CODEC(ZSTD(1)),
    `attributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `resource_attributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `tool_definitions` String CODEC(ZSTD(3)),
    `event_names` Array(LowCardinality(String)),
    `event_times` Array(DateTime64(9, 'UTC')),
    `event_attributes` Array(Map(String, String)) CODEC(ZSTD(1)),
    `link_trace_ids` Array(FixedString(16)),
    `link_span_ids` Array(FixedString(8)),
    `link_attributes` Array(Map(String, String)) CODEC(ZSTD(1)),
    `experiment_expected_output` String CODEC(ZSTD(3)),
    `kafka_partition` UInt16 CODEC(ZSTD(1)),
    `kafka_offset` UInt64 CODEC(Delta(8), ZSTD(1)),
    `message_bytes` UInt64 COMMENT 'of the messages that the texts refer to' CODEC(T64, ZSTD(1)),
    INDEX kafka_offset_index kafka_offset TYPE minmax GRANULARITY 1,
    INDEX attribute_pairs arrayMap((k, v) -> concat(k, '=', left(v, 100)), mapKeys(attributes), mapValues(attributes)) TYPE text(tokenizer = 'array') GRANULARITY 100000000,
    INDEX input_words replaceRegexpAll(input, '\\x1a(\\x1a|[\\w-]{22})', ' ') TYPE text(tokenizer = 'splitByNonAlpha', preprocessor = lowerUTF8(replaceRegexpAll(input, '\\x1a(\\x1a|[\\w-]{22})', ' '))) GRANULARITY 100000000,
    INDEX output_words replaceRegexpAll(output, '\\x1a(\\x1a|[\\w-]{22})', ' ') TYPE text(tokenizer = 'splitByNonAlpha', preprocessor = lowerUTF8(replaceRegexpAll(output, '\\x1a(\\x1a|[\\w-]{22})', ' '))) GRANULARITY 100000000,
    INDEX tool_words replaceRegexpAll(tool_definitions, '\\x1a(\\x1a|[\\w-]{22})', ' ') TYPE text(tokenizer = 'splitByNonAlpha', preprocessor = lowerUTF8(replaceRegexpAll(tool_definitions, '\\x1a(\\x1a|[\\w-]{22})', ' '))) GRANULARITY 100000000
)
ENGINE = ReplacingMergeTree(kafka_offset)
PARTITION BY toYYYYMM(start_time)
ORDER BY (project_id, trace_id, span_id)
SETTINGS non_replicated_deduplication_window = 10000, index_granularity = 512, min_compress_block_size = 16384, auto_statistics_types = '';

CREATE TABLE observations
(
    `project_id` LowCardinality(String),
    `trace_id` FixedString(16) CODEC(ZSTD(1)),
    `span_id` FixedString(8) CODEC(ZSTD(1)),
    `parent_span_id` FixedString(8) COMMENT 'eight zero bytes: a root' CODEC(ZSTD(1)),
    `name` String CODEC(ZSTD(1)),
    `type` LowCardinality(String),
    `level` Enum8('DEBUG' = 1, 'DEFAULT' = 2, 'WARNING' = 3, 'ERROR' = 4),
    `status_message` String CODEC(ZSTD(1)),
    `start_time` DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    `end_time` DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    `completion_start_time` DateTime64(9, 'UTC') COMMENT 'first token; 1970 where not reported' CODEC(Delta(8), ZSTD(1)),
    `span_kind` LowCardinality(String),
    `environment` LowCardinality(String),
    `release` LowCardinality(String),
    `version` LowCardinality(String),
    `trace_name` String CODEC(ZSTD(1)),
    `user_id` String CODEC(ZSTD(1)),
    `session_id` String CODEC(ZSTD(1)),
    `tags` Array(LowCardinality(String)),
    `public` Bool,
    `service_name` LowCardinality(String),
    `scope_name` LowCardinality(String),
    `scope_version` LowCardinality(String),
    `sdk_name` LowCardinality(String),
    `sdk_version` LowCardinality(String),
    `sdk_language` LowCardinality(String),
    `provider` LowCardinality(String),
    `model` LowCardinality(String),
    `usage` Map(LowCardinality(String), UInt64) COMMENT 'by kind; kinds do not overlap',
    `usage_estimated` Bool,
    `cost` Map(LowCardinality(String), Decimal(18, 12)) COMMENT 'US dollars by kind',
    `input_tokens` UInt64 COMMENT 'cached included' CODEC(T64, ZSTD(1)),
    `output_tokens` UInt64 COMMENT 'reasoning included' CODEC(T64, ZSTD(1)),
    `total_tokens` UInt64 CODEC(T64, ZSTD(1)),
    `total_cost` Decimal(18, 12) COMMENT 'US dollars' CODEC(ZSTD(1)),
    `prompt_name` LowCardinality(String),
    `prompt_version` UInt32,
    `agent_name` LowCardinality(String),
    `tool_name` LowCardinality(String),
    `tool_call_id` String CODEC(ZSTD(1)),
    `error_type` LowCardinality(String),
    `finish_reason` LowCardinality(String),
    `experiment_id` String CODEC(ZSTD(1)),
    `experiment_name` LowCardinality(String),
    `experiment_dataset_id` String CODEC(ZSTD(1)),
    `experiment_item_id` String CODEC(ZSTD(1)),
    `experiment_item_root_span_id` FixedString(8) CODEC(ZSTD(1)),
    `app_root` Bool,
    `external_id` String COMMENT 'the sender\'s id where it is not span_id in hexadecimal' CODEC(ZSTD(1)),
    `external_trace_id` String CODEC(ZSTD(1)),
    `external_parent_id` String CODEC(ZSTD(1)),
    `trace_record` Bool COMMENT 'what was said about the trace itself: its root, never counted',
    `field_clocks` Map(UInt8, Int64) COMMENT 'when each field was set, for what patches made' CODEC(ZSTD(1)),
    `metadata_clocks` Map(String, Int64) COMMENT 'the same by key of the metadata' CODEC(ZSTD(1)),
    `inherited` UInt8 COMMENT 'bits of the fields that come from the trace',
    `metadata` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `sign` Int8,
    `received_at` DateTime64(9, 'UTC') COMMENT 'accepted by the edge' CODEC(Delta(8), ZSTD(1)),
    `kafka_partition` UInt16 CODEC(ZSTD(1)),
    `kafka_offset` UInt64 COMMENT 'the record it came with: what the writer verifies after a crash' CODEC(Delta(8), ZSTD(1)),
    INDEX trace_id_index trace_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX received_at_index received_at TYPE minmax GRANULARITY 1,
    INDEX kafka_offset_index kafka_offset TYPE minmax GRANULARITY 1,
    INDEX row_words arrayStringConcat([name, trace_name, status_message, user_id, session_id, arrayStringConcat(mapValues(metadata), '\n')], ' ') TYPE text(tokenizer = 'splitByNonAlpha', preprocessor = lowerUTF8(arrayStringConcat([name, trace_name, status_message, user_id, session_id, arrayStringConcat(mapValues(metadata), '\n')], ' '))) GRANULARITY 100000000,
    INDEX metadata_pairs arrayMap((k, v) -> concat(k, '=', left(v, 100)), mapKeys(metadata), mapValues(metadata)) TYPE text(tokenizer = 'array') GRANULARITY 100000000,
    INDEX user_id_index user_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX session_id_index session_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = CollapsingMergeTree(sign)
PARTITION BY toYYYYMM(start_time)
PRIMARY KEY (project_id, toStartOfMinute(start_time), trace_id)
ORDER BY (project_id, toStartOfMinute(start_time), trace_id, span_id)
SETTINGS non_replicated_deduplication_window = 10000, index_granularity = 8192, auto_statistics_types = '', vertical_merge_algorithm_min_rows_to_activate = 1;

CREATE TABLE observations_by_hour
(
    `project_id` LowCardinality(String),
    `hour` DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    `environment` LowCardinality(String),
    `type` LowCardinality(String),
    `level` Enum8('DEBUG' = 1, 'DEFAULT' = 2, 'WARNING' = 3, 'ERROR' = 4),
    `provider` LowCardinality(String),
    `model` LowCardinality(String),
    `observation_count` SimpleAggregateFunction(sum, Int64),
    `root_count` SimpleAggregateFunction(sum, Int64),
    `error_count` SimpleAggregateFunction(sum, Int64),
    `latency_count` SimpleAggregateFunction(sum, Int64),
    `latency_nanos_sum` SimpleAggregateFunction(sum, Int64),
    `latency_buckets` SimpleAggregateFunction(sumMap, Map(Int16, Int64)),
    `time_to_first_token_count` SimpleAggregateFunction(sum, Int64),
    `time_to_first_token_nanos_sum` SimpleAggregateFunction(sum, Int64),
    `time_to_first_token_buckets` SimpleAggregateFunction(sumMap, Map(Int16, Int64)),
    `input_tokens` SimpleAggregateFunction(sum, Int64),
    `output_tokens` SimpleAggregateFunction(sum, Int64),
    `total_tokens` SimpleAggregateFunction(sum, Int64),
    `usage` SimpleAggregateFunction(sumMap, Map(String, Int64)),
    `total_cost` SimpleAggregateFunction(sum, Decimal(38, 12)),
    `cost` SimpleAggregateFunction(sumMap, Map(String, Decimal(38, 12)))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(hour)
PRIMARY KEY (project_id, hour)
ORDER BY (project_id, hour, environment, type, level, provider, model)
SETTINGS non_replicated_deduplication_window = 10000, index_granularity = 8192, auto_statistics_types = '';

CREATE MATERIALIZED VIEW observations_by_hour_view TO observations_by_hour
(
    `project_id` LowCardinality(String),
    `hour` DateTime('UTC'),
    `environment` LowCardinality(String),
    `type` LowCardinality(String),
    `level` Enum8('DEBUG' = 1, 'DEFAULT' = 2, 'WARNING' = 3, 'ERROR' = 4),
    `provider` LowCardinality(String),
    `model` LowCardinality(String),
    `observation_count` Int64,
    `root_count` Int64,
    `error_count` Int64,
    `latency_count` Int64,
    `latency_nanos_sum` Int64,
    `latency_buckets` Map(Int16, Int64),
    `time_to_first_token_count` Int64,
    `time_to_first_token_nanos_sum` Int64,
    `time_to_first_token_buckets` Map(Int16, Int64),
    `input_tokens` Int64,
    `output_tokens` Int64,
    `total_tokens` Int64,
    `usage` Map(String, Int64),
    `total_cost` Decimal(38, 12),
    `cost` Map(String, Decimal(38, 12))
)
AS SELECT
    project_id,
    hour,
    environment,
    type,
    level,
    provider,
    model,
    sum(rolled_up.observation_count) AS observation_count,
    sum(rolled_up.root_count) AS root_count,
    sum(rolled_up.error_count) AS error_count,
    sum(rolled_up.latency_count) AS latency_count,
    sum(rolled_up.latency_nanos_sum) AS latency_nanos_sum,
    sumMap(rolled_up.latency_buckets) AS latency_buckets,
    sum(rolled_up.time_to_first_token_count) AS time_to_first_token_count,
    sum(rolled_up.time_to_first_token_nanos_sum) AS time_to_first_token_nanos_sum,
    sumMap(rolled_up.time_to_first_token_buckets) AS time_to_first_token_buckets,
    sum(rolled_up.input_tokens) AS input_tokens,
    sum(rolled_up.output_tokens) AS output_tokens,
    sum(rolled_up.total_tokens) AS total_tokens,
    sumMap(rolled_up.usage) AS usage,
    sum(rolled_up.total_cost) AS total_cost,
    sumMap(rolled_up.cost) AS cost
FROM observations_by_name_hour AS rolled_up
GROUP BY
    project_id,
    hour,
    environment,
    type,
    level,
    provider,
    model;

CREATE TABLE observations_by_minute
(
    `project_id` LowCardinality(String),
    `minute` DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    `environment` LowCardinality(String),
    `type` LowCardinality(String),
    `name` String CODEC(ZSTD(1)),
    `model` LowCardinality(String),
    `prompt_name` LowCardinality(String),
    `prompt_version` UInt32,
    `observation_count` SimpleAggregateFunction(sum, Int64),
    `root_count` SimpleAggregateFunction(sum, Int64),
    `error_count` SimpleAggregateFunction(sum, Int64),
    `latency_nanos_sum` SimpleAggregateFunction(sum, Int64),
    `latency_buckets` SimpleAggregateFunction(sumMap, Map(Int16, Int64)),
    `time_to_first_token_nanos_sum` SimpleAggregateFunction(sum, Int64),
    `time_to_first_token_buckets` SimpleAggregateFunction(sumMap, Map(Int16, Int64)),
    `input_tokens` SimpleAggregateFunction(sum, Int64),
    `output_tokens` SimpleAggregateFunction(sum, Int64),
    `total_tokens` SimpleAggregateFunction(sum, Int64),
    `usage` SimpleAggregateFunction(sumMap, Map(String, Int64)),
    `total_cost` SimpleAggregateFunction(sum, Decimal(38, 12)),
    `cost` SimpleAggregateFunction(sumMap, Map(String, Decimal(38, 12)))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(minute)
PRIMARY KEY (project_id, minute)
ORDER BY (project_id, minute, environment, type, name, model, prompt_name, prompt_version)
SETTINGS non_replicated_deduplication_window = 10000, index_granularity = 8192, auto_statistics_types = '';

CREATE MATERIALIZED VIEW observations_by_minute_view TO observations_by_minute
(
    `project_id` LowCardinality(String),
    `minute` DateTime('UTC'),
    `environment` LowCardinality(String),
    `type` LowCardinality(String),
    `name` String,
    `model` LowCardinality(String),
    `prompt_name` LowCardinality(String),
    `prompt_version` UInt32,
    `observation_count` Int64,
    `root_count` Int64,
    `error_count` Int64,
    `latency_nanos_sum` Int64,
    `latency_buckets` Map(Int16, Int64),
    `time_to_first_token_nanos_sum` Int64,
    `time_to_first_token_buckets` Map(Int16, Int64),
    `input_tokens` Int64,
    `output_tokens` Int64,
    `total_tokens` Int64,
    `usage` Map(String, Int64),
    `total_cost` Decimal(38, 12),
    `cost` Map(String, Decimal(38, 12))
)
AS SELECT
    project_id,
    toDateTime(toStartOfMinute(start_time), 'UTC') AS minute,
    environment,
    type,
    name,
    model,
    prompt_name,
    prompt_version,
    toInt64(sumIf(sign, NOT trace_record)) AS observation_count,
    toInt64(sumIf(sign, parent_span_id = toFixedString('', 8))) AS root_count,
    toInt64(sumIf(sign, level = 'ERROR')) AS error_count,
    sumIf(sign * latency_nanos, has_end) AS latency_nanos_sum,
    sumMap(if(has_end, map(latency_bucket, toInt64(sign)), CAST(map(), 'Map(Int16, Int64)'))) AS latency_buckets,
    sumIf(sign * first_token_nanos, has_first_token) AS time_to_first_token_nanos_sum,
    sumMap(if(has_first_token, map(first_token_bucket, toInt64(sign)), CAST(map(), 'Map(Int16, Int64)'))) AS time_to_first_token_buckets,
    sum(sign * toInt64(input_tokens)) AS input_tokens,
    sum(sign * toInt64(output_tokens)) AS output_tokens,
    sum(sign * toInt64(total_tokens)) AS total_tokens,
    sumMap(mapApply((kind, units) -> (kind, sign * toInt64(units)), CAST(usage, 'Map(String, UInt64)'))) AS usage,
    sum(sign * CAST(total_cost, 'Decimal(38, 12)')) AS total_cost,
    sumMap(mapApply((kind, usd) -> (kind, sign * usd), CAST(cost, 'Map(String, Decimal(38, 12))'))) AS cost
FROM
(
    SELECT
        *,
        toUnixTimestamp64Nano(end_time) - toUnixTimestamp64Nano(start_time) AS latency_nanos,
        toInt16(if(latency_nanos <= 0, 0, ceil(log(latency_nanos) / log(1.01 / 0.99)))) AS latency_bucket,
        (toUnixTimestamp64Nano(end_time) > 0) AND (NOT trace_record) AS has_end,
        toUnixTimestamp64Nano(completion_start_time) > 0 AS has_first_token,
        toUnixTimestamp64Nano(completion_start_time) - toUnixTimestamp64Nano(start_time) AS first_token_nanos,
        toInt16(if(first_token_nanos <= 0, 0, ceil(log(first_token_nanos) / log(1.01 / 0.99)))) AS first_token_bucket
    FROM observations
)
GROUP BY
    project_id,
    minute,
    environment,
    type,
    name,
    model,
    prompt_name,
    prompt_version;

CREATE TABLE observations_by_name_hour
(
    `project_id` LowCardinality(String),
    `hour` DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    `environment` LowCardinality(String),
    `type` LowCardinality(String),
    `name` String CODEC(ZSTD(1)),
    `level` Enum8('DEBUG' = 1, 'DEFAULT' = 2, 'WARNING' = 3, 'ERROR' = 4),
    `provider` LowCardinality(String),
    `model` LowCardinality(String),
    `trace_name` String CODEC(ZSTD(1)),
    `release` LowCardinality(String),
    `version` LowCardinality(String),
    `service_name` LowCardinality(String),
    `prompt_name` LowCardinality(String),
    `prompt_version` UInt32,
    `agent_name` LowCardinality(String),
    `tool_name` LowCardinality(String),
    `observation_count` SimpleAggregateFunction(sum, Int64),
    `root_count` SimpleAggregateFunction(sum, Int64),
    `error_count` SimpleAggregateFunction(sum, Int64),
    `latency_count` SimpleAggregateFunction(sum, Int64),
    `latency_nanos_sum` SimpleAggregateFunction(sum, Int64),
    `latency_buckets` SimpleAggregateFunction(sumMap, Map(Int16, Int64)),
    `time_to_first_token_count` SimpleAggregateFunction(sum, Int64),
    `time_to_first_token_nanos_sum` SimpleAggregateFunction(sum, Int64),
    `time_to_first_token_buckets` SimpleAggregateFunction(sumMap, Map(Int16, Int64)),
    `input_tokens` SimpleAggregateFunction(sum, Int64),
    `output_tokens` SimpleAggregateFunction(sum, Int64),
    `total_tokens` SimpleAggregateFunction(sum, Int64),
    `usage` SimpleAggregateFunction(sumMap, Map(String, Int64)),
    `total_cost` SimpleAggregateFunction(sum, Decimal(38, 12)),
    `cost` SimpleAggregateFunction(sumMap, Map(String, Decimal(38, 12)))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(hour)
PRIMARY KEY (project_id, hour)
ORDER BY (project_id, hour, environment, type, name, level, provider, model, trace_name, release, version, service_name, prompt_name, prompt_version, agent_name, tool_name)
SETTINGS non_replicated_deduplication_window = 10000, index_granularity = 8192, auto_statistics_types = '';

CREATE MATERIALIZED VIEW observations_by_name_hour_view TO observations_by_name_hour
(
    `project_id` LowCardinality(String),
    `hour` DateTime('UTC'),
    `environment` LowCardinality(String),
    `type` LowCardinality(String),
    `name` String,
    `level` Enum8('DEBUG' = 1, 'DEFAULT' = 2, 'WARNING' = 3, 'ERROR' = 4),
    `provider` LowCardinality(String),
    `model` LowCardinality(String),
    `trace_name` String,
    `release` LowCardinality(String),
    `version` LowCardinality(String),
    `service_name` LowCardinality(String),
    `prompt_name` LowCardinality(String),
    `prompt_version` UInt32,
    `agent_name` LowCardinality(String),
    `tool_name` LowCardinality(String),
    `observation_count` Int64,
    `root_count` Int64,
    `error_count` Int64,
    `latency_count` Int64,
    `latency_nanos_sum` Int64,
    `latency_buckets` Map(Int16, Int64),
    `time_to_first_token_count` Int64,
    `time_to_first_token_nanos_sum` Int64,
    `time_to_first_token_buckets` Map(Int16, Int64),
    `input_tokens` Int64,
    `output_tokens` Int64,
    `total_tokens` Int64,
    `usage` Map(String, Int64),
    `total_cost` Decimal(38, 12),
    `cost` Map(String, Decimal(38, 12))
)
AS SELECT
    project_id,
    toDateTime(toStartOfHour(start_time), 'UTC') AS hour,
    environment,
    type,
    name,
    level,
    provider,
    model,
    trace_name,
    release,
    version,
    service_name,
    prompt_name,
    prompt_version,
    agent_name,
    tool_name,
    toInt64(sumIf(sign, NOT trace_record)) AS observation_count,
    toInt64(sumIf(sign, parent_span_id = toFixedString('', 8))) AS root_count,
    toInt64(sumIf(sign, level = 'ERROR')) AS error_count,
    toInt64(sumIf(sign, has_end)) AS latency_count,
    sumIf(sign * latency_nanos, has_end) AS latency_nanos_sum,
    sumMap(if(has_end, map(latency_bucket, toInt64(sign)), CAST(map(), 'Map(Int16, Int64)'))) AS latency_buckets,
    toInt64(sumIf(sign, has_first_token)) AS time_to_first_token_count,
    sumIf(sign * first_token_nanos, has_first_token) AS time_to_first_token_nanos_sum,
    sumMap(if(has_first_token, map(first_token_bucket, toInt64(sign)), CAST(map(), 'Map(Int16, Int64)'))) AS time_to_first_token_buckets,
    sum(sign * toInt64(input_tokens)) AS input_tokens,
    sum(sign * toInt64(output_tokens)) AS output_tokens,
    sum(sign * toInt64(total_tokens)) AS total_tokens,
    sumMap(mapApply((kind, units) -> (kind, sign * toInt64(units)), CAST(usage, 'Map(String, UInt64)'))) AS usage,
    sum(sign * CAST(total_cost, 'Decimal(38, 12)')) AS total_cost,
    sumMap(mapApply((kind, usd) -> (kind, sign * usd), CAST(cost, 'Map(String, Decimal(38, 12))'))) AS cost
FROM
(
    SELECT
        *,
        toUnixTimestamp64Nano(end_time) - toUnixTimestamp64Nano(start_time) AS latency_nanos,
        toInt16(if(latency_nanos <= 0, 0, ceil(log(latency_nanos) / log(1.01 / 0.99)))) AS latency_bucket,
        (toUnixTimestamp64Nano(end_time) > 0) AND (NOT trace_record) AS has_end,
        toUnixTimestamp64Nano(completion_start_time) > 0 AS has_first_token,
        toUnixTimestamp64Nano(completion_start_time) - toUnixTimestamp64Nano(start_time) AS first_token_nanos,
        toInt16(if(first_token_nanos <= 0, 0, ceil(log(first_token_nanos) / log(1.01 / 0.99)))) AS first_token_bucket
    FROM observations
)
GROUP BY
    project_id,
    hour,
    environment,
    type,
    name,
    level,
    provider,
    model,
    trace_name,
    release,
    version,
    service_name,
    prompt_name,
    prompt_version,
    agent_name,
    tool_name;

CREATE TABLE observations_by_user_hour
(
    `project_id` LowCardinality(String),
    `hour` DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    `user_id` String CODEC(ZSTD(1)),
    `environment` LowCardinality(String),
    `observation_count` SimpleAggregateFunction(sum, Int64),
    `root_count` SimpleAggregateFunction(sum, Int64),
    `error_count` SimpleAggregateFunction(sum, Int64),
    `latency_count` SimpleAggregateFunction(sum, Int64),
    `latency_nanos_sum` SimpleAggregateFunction(sum, Int64),
    `latency_buckets` SimpleAggregateFunction(sumMap, Map(Int16, Int64)),
    `time_to_first_token_count` SimpleAggregateFunction(sum, Int64),
    `time_to_first_token_nanos_sum` SimpleAggregateFunction(sum, Int64),
    `time_to_first_token_buckets` SimpleAggregateFunction(sumMap, Map(Int16, Int64)),
    `call_count` SimpleAggregateFunction(sum, Int64),
    `call_input_tokens` SimpleAggregateFunction(sum, Int64),
    `call_output_tokens` SimpleAggregateFunction(sum, Int64),
    `call_total_tokens` SimpleAggregateFunction(sum, Int64),
    `call_total_cost` SimpleAggregateFunction(sum, Decimal(38, 12))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(hour)
PRIMARY KEY (project_id, hour)
ORDER BY (project_id, hour, user_id, environment)
SETTINGS non_replicated_deduplication_window = 10000, index_granularity = 8192, auto_statistics_types = '';

CREATE MATERIALIZED VIEW observations_by_user_hour_view TO observations_by_user_hour
(
    `project_id` LowCardinality(String),
    `hour` DateTime('UTC'),
    `user_id` String,
    `environment` LowCardinality(String),
    `observation_count` Int64,
    `root_count` Int64,
    `error_count` Int64,
    `latency_count` Int64,
    `latency_nanos_sum` Int64,
    `latency_buckets` Map(Int16, Int64),
    `time_to_first_token_count` Int64,
    `time_to_first_token_nanos_sum` Int64,
    `time_to_first_token_buckets` Map(Int16, Int64),
    `call_count` Int64,
    `call_input_tokens` Int64,
    `call_output_tokens` Int64,
    `call_total_tokens` Int64,
    `call_total_cost` Decimal(38, 12)
)
AS SELECT
    project_id,
    toDateTime(toStartOfHour(start_time), 'UTC') AS hour,
    user_id,
    environment,
    toInt64(sumIf(sign, NOT trace_record)) AS observation_count,
    toInt64(sumIf(sign, parent_span_id = toFixedString('', 8))) AS root_count,
    toInt64(sumIf(sign, level = 'ERROR')) AS error_count,
    toInt64(sumIf(sign, has_end)) AS latency_count,
    sumIf(sign * latency_nanos, has_end) AS latency_nanos_sum,
    sumMap(if(has_end, map(latency_bucket, toInt64(sign)), CAST(map(), 'Map(Int16, Int64)'))) AS latency_buckets,
    toInt64(sumIf(sign, has_first_token)) AS time_to_first_token_count,
    sumIf(sign * first_token_nanos, has_first_token) AS time_to_first_token_nanos_sum,
    sumMap(if(has_first_token, map(first_token_bucket, toInt64(sign)), CAST(map(), 'Map(Int16, Int64)'))) AS time_to_first_token_buckets,
    toInt64(sumIf(sign, (NOT trace_record) AND (type != 'agent'))) AS call_count,
    sumIf(sign * toInt64(input_tokens), type != 'agent') AS call_input_tokens,
    sumIf(sign * toInt64(output_tokens), type != 'agent') AS call_output_tokens,
    sumIf(sign * toInt64(total_tokens), type != 'agent') AS call_total_tokens,
    sumIf(sign * CAST(total_cost, 'Decimal(38, 12)'), type != 'agent') AS call_total_cost
FROM
(
    SELECT
        *,
        toUnixTimestamp64Nano(end_time) - toUnixTimestamp64Nano(start_time) AS latency_nanos,
        toInt16(if(latency_nanos <= 0, 0, ceil(log(latency_nanos) / log(1.01 / 0.99)))) AS latency_bucket,
        (toUnixTimestamp64Nano(end_time) > 0) AND (NOT trace_record) AS has_end,
        toUnixTimestamp64Nano(completion_start_time) > 0 AS has_first_token,
        toUnixTimestamp64Nano(completion_start_time) - toUnixTimestamp64Nano(start_time) AS first_token_nanos,
        toInt16(if(first_token_nanos <= 0, 0, ceil(log(first_token_nanos) / log(1.01 / 0.99)))) AS first_token_bucket
    FROM observations
)
GROUP BY
    project_id,
    hour,
    user_id,
    environment;

CREATE TABLE schema_migrations
(
    `version` UInt32,
    `name` String,
    `checksum` FixedString(64),
    `applied_at` DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(applied_at)
ORDER BY version
SETTINGS index_granularity = 8192;

CREATE TABLE scores
(
    `project_id` LowCardinality(String),
    `trace_id` FixedString(16) COMMENT 'sixteen zero bytes: the score of a session or a dataset run' CODEC(ZSTD(1)),
    `id` String CODEC(ZSTD(1)),
    `span_id` FixedString(8) COMMENT 'eight zero bytes: not about one observation' CODEC(ZSTD(1)),
    `session_id` String CODEC(ZSTD(1)),
    `name` LowCardinality(String),
    `data_type` LowCardinality(String),
    `value` Nullable(Float64),
    `string_value` String CODEC(ZSTD(1)),
    `comment` String CODEC(ZSTD(3)),
    `source` LowCardinality(String),
    `environment` LowCardinality(String),
    `timestamp` DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    `updated_at` DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    `metadata` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `config_id` String CODEC(ZSTD(1)),
    `queue_id` String CODEC(ZSTD(1)),
    `author_user_id` String CODEC(ZSTD(1)),
    `evaluator_name` LowCardinality(String),
    `evaluator_version` LowCardinality(String),
    `evaluator_config` String CODEC(ZSTD(1)),
    `evaluator_trace_id` FixedString(16) CODEC(ZSTD(1)),
    `model` LowCardinality(String),
    `error` String CODEC(ZSTD(1)),
    `external_trace_id` String COMMENT 'the sender\'s id where it is not trace_id in hexadecimal' CODEC(ZSTD(1)),
    `external_observation_id` String CODEC(ZSTD(1)),
    `dataset_run_id` String COMMENT 'the dataset run that is scored as a whole' CODEC(ZSTD(1)),
    INDEX timestamp_index timestamp TYPE minmax GRANULARITY 1,
    INDEX id_index id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY (project_id, trace_id, id)
SETTINGS index_granularity = 512, min_compress_block_size = 16384, auto_statistics_types = '';
