-- What dashboards read. Every measure is a sum, latencies included: they are counted in buckets of a logarithmic
-- scale, so that a quantile is within 1 % of its value (Masson et al., DDSketch, VLDB 2019) and a row can be taken
-- out again by adding its negative, which is what a row of sign -1 does. ADR 0003, 0006.
CREATE TABLE IF NOT EXISTS observations_by_minute
(
    project_id LowCardinality(String),
    minute DateTime('UTC') CODEC(Delta, ZSTD(1)),
    environment LowCardinality(String),
    type LowCardinality(String),
    name String CODEC(ZSTD(1)),
    model LowCardinality(String),
    prompt_name LowCardinality(String),
    prompt_version UInt32,
    observation_count SimpleAggregateFunction(sum, Int64),
    root_count SimpleAggregateFunction(sum, Int64),
    error_count SimpleAggregateFunction(sum, Int64),
    latency_nanos_sum SimpleAggregateFunction(sum, Int64),
    latency_buckets SimpleAggregateFunction(sumMap, Map(Int16, Int64)),
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
PARTITION BY toYYYYMM(minute)
PRIMARY KEY (project_id, minute)
ORDER BY (project_id, minute, environment, type, name, model, prompt_name, prompt_version)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS observations_by_minute_view TO observations_by_minute AS
SELECT
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
        -- 0 holds everything under a nanosecond; bucket i holds (gamma^(i-1), gamma^i], gamma = 1.01 / 0.99
        toInt16(if(latency_nanos <= 0, 0, ceil(log(latency_nanos) / log(1.01 / 0.99)))) AS latency_bucket,
        toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record AS has_end,
        toUnixTimestamp64Nano(completion_start_time) > 0 AS has_first_token,
        toUnixTimestamp64Nano(completion_start_time) - toUnixTimestamp64Nano(start_time) AS first_token_nanos,
        toInt16(if(first_token_nanos <= 0, 0, ceil(log(first_token_nanos) / log(1.01 / 0.99)))) AS first_token_bucket
    FROM observations
)
GROUP BY project_id, minute, environment, type, name, model, prompt_name, prompt_version;
