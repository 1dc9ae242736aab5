SELECT hex(trace_id), hex(span_id), hex(parent_span_id), name, type, toString(level), toUnixTimestamp64Nano(start_time), toUnixTimestamp64Nano(end_time), environment, release, version, trace_name, user_id, session_id, tags, model, usage_estimated, input_tokens, output_tokens, total_tokens, total_cost, trace_record
FROM observations
WHERE NOT throwIf(sign < 0, 'taken back') AND project_id = ?
AND trace_id IN (unhex(?), unhex(?), unhex(?), unhex(?), unhex(?))
AND start_time >= fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND start_time <= fromUnixTimestamp64Nano(toInt64(?), 'UTC')
LIMIT ?;

SELECT hex(trace_id), id, name, data_type, value, string_value, source, toUnixTimestamp64Nano(timestamp)
FROM scores
WHERE project_id = ?
AND trace_id IN (unhex(?), unhex(?), unhex(?), unhex(?), unhex(?))
ORDER BY updated_at DESC LIMIT 1 BY trace_id, id LIMIT ?;

SELECT hex(trace_id), toUnixTimestamp64Nano(min(start_time)), toUnixTimestamp64Nano(max(start_time))
FROM observations
WHERE NOT throwIf(sign < 0, 'taken back') AND project_id = ?
AND start_time >= fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND start_time < fromUnixTimestamp64Nano(toInt64(?), 'UTC')
GROUP BY trace_id HAVING min(start_time) >= fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND min(start_time) < fromUnixTimestamp64Nano(toInt64(?), 'UTC')
ORDER BY min(start_time) DESC, trace_id DESC LIMIT ?;

SELECT toUnixTimestamp64Nano(min(start_time)), toUnixTimestamp64Nano(max(start_time)), count()
FROM observation_content
WHERE project_id = ?
AND trace_id IN (unhex(?), unhex(?), unhex(?), unhex(?), unhex(?));
