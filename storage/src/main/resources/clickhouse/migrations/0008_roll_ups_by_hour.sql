-- Roll-ups by hour, so that a chart of months reads no more rows than one of a day. As in observations_by_minute every
-- measure is a sum by sign. ADR 0010. The views are made last: whoever migrates a database with data stops the writers
-- meanwhile, as `./sightline` does.

-- By every dimension of few values.
CREATE TABLE IF NOT EXISTS observations_by_name_hour
(
    project_id LowCardinality(String),
    hour DateTime('UTC') CODEC(Delta, ZSTD(1)),
    environment LowCardinality(String),
    type LowCardinality(String),
    name String CODEC(ZSTD(1)),
    level Enum8('DEBUG' = 1, 'DEFAULT' = 2, 'WARNING' = 3, 'ERROR' = 4),
    provider LowCardinality(String),
    model LowCardinality(String),
    trace_name String CODEC(ZSTD(1)),
    release LowCardinality(String),
    version LowCardinality(String),
    service_name LowCardinality(String),
    prompt_name LowCardinality(String),
    prompt_version UInt32,
    agent_name LowCardinality(String),
    tool_name LowCardinality(String),
    observation_count SimpleAggregateFunction(sum, Int64),
    root_count SimpleAggregateFunction(sum, Int64),
    error_count SimpleAggregateFunction(sum, Int64),
    latency_count SimpleAggregateFunction(sum, Int64),
    latency_nanos_sum SimpleAggregateFunction(sum, Int64),
    latency_buckets SimpleAggregateFunction(sumMap, Map(Int16, Int64)),
    time_to_first_token_count SimpleAggregateFunction(sum, Int64),
    time_to_first_token_nanos_sum SimpleAggregateFunction(sum, Int64),
    time_to_first_token_buckets SimpleAggregateFunction(sumMap, Map(Int16, Int64)),
    input_tokens SimpleAggregateFunction(sum, Int64),
    output_tokens SimpleAggregateFunction(sum, Int64),
    total_tokens SimpleAggregateFunction(sum, Int64),
    usage SimpleAggregateFunction(sumMap, Map(String, Int64)),
    total_cost SimpleAggregateFunction(sum, Decimal(38, 12)),
    cost SimpleAggregateFunction(sumMap, Map(String, Decimal(38, 12)))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(hour)
PRIMARY KEY (project_id, hour)
ORDER BY (project_id, hour, environment, type, name, level, provider, model, trace_name, release, version,
    service_name, prompt_name, prompt_version, agent_name, tool_name)
SETTINGS non_replicated_deduplication_window = 10000;

-- By those of very few values: what there is by hour does not grow with the traffic.
CREATE TABLE IF NOT EXISTS observations_by_hour
(
    project_id LowCardinality(String),
    hour DateTime('UTC') CODEC(Delta, ZSTD(1)),
    environment LowCardinality(String),
    type LowCardinality(String),
    level Enum8('DEBUG' = 1, 'DEFAULT' = 2, 'WARNING' = 3, 'ERROR' = 4),
    provider LowCardinality(String),
    model LowCardinality(String),
    observation_count SimpleAggregateFunction(sum, Int64),
    root_count SimpleAggregateFunction(sum, Int64),
    error_count SimpleAggregateFunction(sum, Int64),
    latency_count SimpleAggregateFunction(sum, Int64),
    latency_nanos_sum SimpleAggregateFunction(sum, Int64),
    latency_buckets SimpleAggregateFunction(sumMap, Map(Int16, Int64)),
    time_to_first_token_count SimpleAggregateFunction(sum, Int64),
    time_to_first_token_nanos_sum SimpleAggregateFunction(sum, Int64),
    time_to_first_token_buckets SimpleAggregateFunction(sumMap, Map(Int16, Int64)),
    input_tokens SimpleAggregateFunction(sum, Int64),
    output_tokens SimpleAggregateFunction(sum, Int64),
    total_tokens SimpleAggregateFunction(sum, Int64),
    usage SimpleAggregateFunction(sumMap, Map(String, Int64)),
    total_cost SimpleAggregateFunction(sum, Decimal(38, 12)),
    cost SimpleAggregateFunction(sumMap, Map(String, Decimal(38, 12)))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(hour)
PRIMARY KEY (project_id, hour)
ORDER BY (project_id, hour, environment, type, level, provider, model)
SETTINGS non_replicated_deduplication_window = 10000;

-- By user only sums: sketches by user would be as many as the traces. `call_`: an agent's span repeats what the calls
-- below it say and is left out.
CREATE TABLE IF NOT EXISTS observations_by_user_hour
(
    project_id LowCardinality(String),
    hour DateTime('UTC') CODEC(Delta, ZSTD(1)),
    user_id String CODEC(ZSTD(1)),
    environment LowCardinality(String),
    observation_count SimpleAggregateFunction(sum, Int64),
    root_count SimpleAggregateFunction(sum, Int64),
    error_count SimpleAggregateFunction(sum, Int64),
    latency_count SimpleAggregateFunction(sum, Int64),
    latency_nanos_sum SimpleAggregateFunction(sum, Int64),
    call_count SimpleAggregateFunction(sum, Int64),
    call_input_tokens SimpleAggregateFunction(sum, Int64),
    call_output_tokens SimpleAggregateFunction(sum, Int64),
    call_total_tokens SimpleAggregateFunction(sum, Int64),
    call_total_cost SimpleAggregateFunction(sum, Decimal(38, 12))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(hour)
PRIMARY KEY (project_id, hour)
ORDER BY (project_id, hour, user_id, environment)
SETTINGS non_replicated_deduplication_window = 10000;

DROP VIEW IF EXISTS observations_by_name_hour_view;

DROP VIEW IF EXISTS observations_by_hour_view;

DROP VIEW IF EXISTS observations_by_user_hour_view;

TRUNCATE TABLE observations_by_name_hour;

TRUNCATE TABLE observations_by_hour;

TRUNCATE TABLE observations_by_user_hour;

INSERT INTO observations_by_name_hour
SELECT
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
    sumMap(if(has_first_token, map(first_token_bucket, toInt64(sign)), CAST(map(), 'Map(Int16, Int64)')))
        AS time_to_first_token_buckets,
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
        toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record AS has_end,
        toUnixTimestamp64Nano(completion_start_time) > 0 AS has_first_token,
        toUnixTimestamp64Nano(completion_start_time) - toUnixTimestamp64Nano(start_time) AS first_token_nanos,
        toInt16(if(first_token_nanos <= 0, 0, ceil(log(first_token_nanos) / log(1.01 / 0.99)))) AS first_token_bucket
    FROM observations
)
GROUP BY project_id, hour, environment, type, name, level, provider, model, trace_name, release, version,
    service_name, prompt_name, prompt_version, agent_name, tool_name
SETTINGS max_partitions_per_insert_block = 0;

INSERT INTO observations_by_hour
SELECT
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
GROUP BY project_id, hour, environment, type, level, provider, model
SETTINGS max_partitions_per_insert_block = 0;

INSERT INTO observations_by_user_hour
SELECT
    project_id,
    toDateTime(toStartOfHour(start_time), 'UTC') AS hour,
    user_id,
    environment,
    toInt64(sumIf(sign, NOT trace_record)) AS observation_count,
    toInt64(sumIf(sign, parent_span_id = toFixedString('', 8))) AS root_count,
    toInt64(sumIf(sign, level = 'ERROR')) AS error_count,
    toInt64(sumIf(sign, has_end)) AS latency_count,
    sumIf(sign * latency_nanos, has_end) AS latency_nanos_sum,
    toInt64(sumIf(sign, NOT trace_record AND type != 'agent')) AS call_count,
    sumIf(sign * toInt64(input_tokens), type != 'agent') AS call_input_tokens,
    sumIf(sign * toInt64(output_tokens), type != 'agent') AS call_output_tokens,
    sumIf(sign * toInt64(total_tokens), type != 'agent') AS call_total_tokens,
    sumIf(sign * CAST(total_cost, 'Decimal(38, 12)'), type != 'agent') AS call_total_cost
FROM
(
    SELECT
        *,
        toUnixTimestamp64Nano(end_time) - toUnixTimestamp64Nano(start_time) AS latency_nanos,
        toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record AS has_end
    FROM observations
)
GROUP BY project_id, hour, user_id, environment
SETTINGS max_partitions_per_insert_block = 0;

-- Fed by what the view below feeds, which is far less than the observations.
CREATE MATERIALIZED VIEW observations_by_hour_view TO observations_by_hour AS
SELECT
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
GROUP BY project_id, hour, environment, type, level, provider, model;

CREATE MATERIALIZED VIEW observations_by_name_hour_view TO observations_by_name_hour AS
SELECT
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
    sumMap(if(has_first_token, map(first_token_bucket, toInt64(sign)), CAST(map(), 'Map(Int16, Int64)')))
        AS time_to_first_token_buckets,
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
        toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record AS has_end,
        toUnixTimestamp64Nano(completion_start_time) > 0 AS has_first_token,
        toUnixTimestamp64Nano(completion_start_time) - toUnixTimestamp64Nano(start_time) AS first_token_nanos,
        toInt16(if(first_token_nanos <= 0, 0, ceil(log(first_token_nanos) / log(1.01 / 0.99)))) AS first_token_bucket
    FROM observations
)
GROUP BY project_id, hour, environment, type, name, level, provider, model, trace_name, release, version,
    service_name, prompt_name, prompt_version, agent_name, tool_name;

CREATE MATERIALIZED VIEW observations_by_user_hour_view TO observations_by_user_hour AS
SELECT
    project_id,
    toDateTime(toStartOfHour(start_time), 'UTC') AS hour,
    user_id,
    environment,
    toInt64(sumIf(sign, NOT trace_record)) AS observation_count,
    toInt64(sumIf(sign, parent_span_id = toFixedString('', 8))) AS root_count,
    toInt64(sumIf(sign, level = 'ERROR')) AS error_count,
    toInt64(sumIf(sign, has_end)) AS latency_count,
    sumIf(sign * latency_nanos, has_end) AS latency_nanos_sum,
    toInt64(sumIf(sign, NOT trace_record AND type != 'agent')) AS call_count,
    sumIf(sign * toInt64(input_tokens), type != 'agent') AS call_input_tokens,
    sumIf(sign * toInt64(output_tokens), type != 'agent') AS call_output_tokens,
    sumIf(sign * toInt64(total_tokens), type != 'agent') AS call_total_tokens,
    sumIf(sign * CAST(total_cost, 'Decimal(38, 12)'), type != 'agent') AS call_total_cost
FROM
(
    SELECT
        *,
        toUnixTimestamp64Nano(end_time) - toUnixTimestamp64Nano(start_time) AS latency_nanos,
        toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record AS has_end
    FROM observations
)
GROUP BY project_id, hour, user_id, environment;
