SELECT group_id, count(), sum(trace_observations), sum(trace_errors), sum(trace_input), sum(trace_output), sum(trace_tokens), sum(trace_cost), toUnixTimestamp64Nano(min(trace_start)), toUnixTimestamp64Nano(max(trace_last)), toUnixTimestamp64Nano(max(trace_end)), arraySort(groupUniqArrayIf(20)(trace_other, trace_other != '')), arraySort(groupUniqArrayIf(20)(trace_env, trace_env != '')) FROM (
SELECT session_id AS group_id, min(start_time) AS trace_start, max(start_time) AS trace_last, greatest(max(end_time), max(start_time)) AS trace_end, countIf(NOT trace_record) AS trace_observations, countIf(level = 'ERROR') AS trace_errors, if(countIf(type IN ('generation', 'embedding') AND (total_tokens > 0 OR total_cost != 0)) > 0, sumIf(input_tokens, type != 'agent'), sum(input_tokens)) AS trace_input, if(countIf(type IN ('generation', 'embedding') AND (total_tokens > 0 OR total_cost != 0)) > 0, sumIf(output_tokens, type != 'agent'), sum(output_tokens)) AS trace_output, if(countIf(type IN ('generation', 'embedding') AND (total_tokens > 0 OR total_cost != 0)) > 0, sumIf(total_tokens, type != 'agent'), sum(total_tokens)) AS trace_tokens, if(countIf(type IN ('generation', 'embedding') AND (total_tokens > 0 OR total_cost != 0)) > 0, sumIf(total_cost, type != 'agent'), sum(total_cost)) AS trace_cost, max(user_id) AS trace_other, max(toString(environment)) AS trace_env
FROM observations
WHERE NOT throwIf(sign < 0, 'taken back') AND project_id = ?
AND session_id IN (?)
AND 1
GROUP BY session_id, trace_id
)
GROUP BY group_id;

SELECT hex(trace_id), hex(span_id), hex(parent_span_id), name, type, toString(level), toUnixTimestamp64Nano(start_time), toUnixTimestamp64Nano(end_time), environment, release, version, trace_name, user_id, session_id, tags, model, usage_estimated, input_tokens, output_tokens, total_tokens, total_cost, trace_record
FROM observations
WHERE NOT throwIf(sign < 0, 'taken back') AND project_id = ?
AND trace_id IN (unhex(?), unhex(?), unhex(?), unhex(?), unhex(?), unhex(?), unhex(?), unhex(?), unhex(?), unhex(?))
AND start_time >= fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND start_time <= fromUnixTimestamp64Nano(toInt64(?), 'UTC')
LIMIT ?;

SELECT hex(trace_id), id, name, data_type, value, string_value, source, toUnixTimestamp64Nano(timestamp)
FROM scores
WHERE project_id = ?
AND trace_id IN (unhex(?), unhex(?), unhex(?), unhex(?), unhex(?), unhex(?), unhex(?), unhex(?), unhex(?), unhex(?))
ORDER BY updated_at DESC LIMIT 1 BY trace_id, id LIMIT ?;

SELECT hex(trace_id), toUnixTimestamp64Nano(min(start_time)), toUnixTimestamp64Nano(max(start_time))
FROM observations
WHERE NOT throwIf(sign < 0, 'taken back') AND project_id = ?
AND start_time >= fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND start_time < fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND trace_id IN (
SELECT trace_id
FROM observations
WHERE NOT throwIf(sign < 0, 'taken back') AND project_id = ? AND start_time >= fromUnixTimestamp64Nano(toInt64(?), 'UTC') AND start_time < fromUnixTimestamp64Nano(toInt64(?), 'UTC') AND session_id IN (?)
)
GROUP BY trace_id HAVING min(start_time) >= fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND min(start_time) < fromUnixTimestamp64Nano(toInt64(?), 'UTC')
ORDER BY min(start_time) DESC, trace_id DESC LIMIT ?;

SELECT project_id, hex(trace_id), id, hex(span_id), session_id, name, data_type, value, string_value, comment, source, environment, toUnixTimestamp64Nano(timestamp), toUnixTimestamp64Nano(updated_at), metadata, config_id, queue_id, author_user_id, evaluator_name, evaluator_version, evaluator_config, hex(evaluator_trace_id), model, error, external_trace_id, external_observation_id, dataset_run_id
FROM scores FINAL
WHERE project_id = ?
AND trace_id = toFixedString('', 16)
AND session_id = ?
ORDER BY timestamp DESC, id LIMIT ?;

SELECT toUnixTimestamp64Nano(min(start_time)), toUnixTimestamp64Nano(max(start_time)), count()
FROM observation_content
WHERE project_id = ?
AND trace_id IN (unhex(?), unhex(?), unhex(?), unhex(?), unhex(?), unhex(?), unhex(?), unhex(?), unhex(?), unhex(?));
