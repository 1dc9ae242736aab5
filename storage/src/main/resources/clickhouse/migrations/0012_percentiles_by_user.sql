-- Percentiles by user: the roll-up by user gets the sketches that those by hour have, so that "p95 by top 10 users" no
-- longer reads every observation of the month (docs/adr/0010). What is stored is added up anew; observations and sums are
-- kept equally long, so nothing is lost. The view is made last: whoever migrates a database with data stops the writers
-- meanwhile, as `./sightline` does.
DROP VIEW IF EXISTS observations_by_user_hour_view;

ALTER TABLE observations_by_user_hour
    ADD COLUMN IF NOT EXISTS latency_buckets SimpleAggregateFunction(sumMap, Map(Int16, Int64))
        AFTER latency_nanos_sum,
    ADD COLUMN IF NOT EXISTS time_to_first_token_count SimpleAggregateFunction(sum, Int64) AFTER latency_buckets,
    ADD COLUMN IF NOT EXISTS time_to_first_token_nanos_sum SimpleAggregateFunction(sum, Int64)
        AFTER time_to_first_token_count,
    ADD COLUMN IF NOT EXISTS time_to_first_token_buckets SimpleAggregateFunction(sumMap, Map(Int16, Int64))
        AFTER time_to_first_token_nanos_sum;

TRUNCATE TABLE observations_by_user_hour;

INSERT INTO observations_by_user_hour
    (project_id, hour, user_id, environment, observation_count, root_count, error_count,
    latency_count, latency_nanos_sum, latency_buckets, time_to_first_token_count, time_to_first_token_nanos_sum,
    time_to_first_token_buckets, call_count, call_input_tokens, call_output_tokens, call_total_tokens, call_total_cost)
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
    sumMap(if(has_end, map(latency_bucket, toInt64(sign)), CAST(map(), 'Map(Int16, Int64)'))) AS latency_buckets,
    toInt64(sumIf(sign, has_first_token)) AS time_to_first_token_count,
    sumIf(sign * first_token_nanos, has_first_token) AS time_to_first_token_nanos_sum,
    sumMap(if(has_first_token, map(first_token_bucket, toInt64(sign)), CAST(map(), 'Map(Int16, Int64)')))
        AS time_to_first_token_buckets,
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
        toInt16(if(latency_nanos <= 0, 0, ceil(log(latency_nanos) / log(1.01 / 0.99)))) AS latency_bucket,
        toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record AS has_end,
        toUnixTimestamp64Nano(completion_start_time) > 0 AS has_first_token,
        toUnixTimestamp64Nano(completion_start_time) - toUnixTimestamp64Nano(start_time) AS first_token_nanos,
        toInt16(if(first_token_nanos <= 0, 0, ceil(log(first_token_nanos) / log(1.01 / 0.99)))) AS first_token_bucket
    FROM observations
)
GROUP BY project_id, hour, user_id, environment;

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
    sumMap(if(has_end, map(latency_bucket, toInt64(sign)), CAST(map(), 'Map(Int16, Int64)'))) AS latency_buckets,
    toInt64(sumIf(sign, has_first_token)) AS time_to_first_token_count,
    sumIf(sign * first_token_nanos, has_first_token) AS time_to_first_token_nanos_sum,
    sumMap(if(has_first_token, map(first_token_bucket, toInt64(sign)), CAST(map(), 'Map(Int16, Int64)')))
        AS time_to_first_token_buckets,
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
        toInt16(if(latency_nanos <= 0, 0, ceil(log(latency_nanos) / log(1.01 / 0.99)))) AS latency_bucket,
        toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record AS has_end,
        toUnixTimestamp64Nano(completion_start_time) > 0 AS has_first_token,
        toUnixTimestamp64Nano(completion_start_time) - toUnixTimestamp64Nano(start_time) AS first_token_nanos,
        toInt16(if(first_token_nanos <= 0, 0, ceil(log(first_token_nanos) / log(1.01 / 0.99)))) AS first_token_bucket
    FROM observations
)
GROUP BY project_id, hour, user_id, environment;
