SELECT group_id, count(), sum(trace_observations), sum(trace_errors), sum(trace_input), sum(trace_output), sum(trace_tokens), sum(trace_cost), toUnixTimestamp64Nano(min(trace_start)), toUnixTimestamp64Nano(max(trace_last)), toUnixTimestamp64Nano(max(trace_end)), arraySort(groupUniqArrayIf(20)(trace_other, trace_other != '')), arraySort(groupUniqArrayIf(20)(trace_env, trace_env != '')) FROM (
SELECT session_id AS group_id, min(start_time) AS trace_start, max(start_time) AS trace_last, greatest(max(end_time), max(start_time)) AS trace_end, countIf(NOT trace_record) AS trace_observations, countIf(level = 'ERROR') AS trace_errors, if(countIf(type IN ('generation', 'embedding') AND (total_tokens > 0 OR total_cost != 0)) > 0, sumIf(input_tokens, type != 'agent'), sum(input_tokens)) AS trace_input, if(countIf(type IN ('generation', 'embedding') AND (total_tokens > 0 OR total_cost != 0)) > 0, sumIf(output_tokens, type != 'agent'), sum(output_tokens)) AS trace_output, if(countIf(type IN ('generation', 'embedding') AND (total_tokens > 0 OR total_cost != 0)) > 0, sumIf(total_tokens, type != 'agent'), sum(total_tokens)) AS trace_tokens, if(countIf(type IN ('generation', 'embedding') AND (total_tokens > 0 OR total_cost != 0)) > 0, sumIf(total_cost, type != 'agent'), sum(total_cost)) AS trace_cost, max(user_id) AS trace_other, max(toString(environment)) AS trace_env
FROM observations
WHERE NOT throwIf(sign < 0, 'taken back') AND project_id = ?
AND session_id IN (?, ?, ?, ?, ?)
AND 1
GROUP BY session_id, trace_id
)
GROUP BY group_id;

SELECT session_id, toUnixTimestamp64Nano(max(start_time)) AS last_active
FROM observations
WHERE NOT throwIf(sign < 0, 'taken back') AND project_id = ?
AND session_id != ''
AND (start_time >= fromUnixTimestamp64Nano(toInt64(?), 'UTC') AND start_time < fromUnixTimestamp64Nano(toInt64(?), 'UTC'))
GROUP BY session_id
ORDER BY last_active DESC, session_id DESC LIMIT ?;
