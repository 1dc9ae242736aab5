SELECT hex(trace_id), id, name, data_type, value, string_value, source, toUnixTimestamp64Nano(timestamp) FROM (
SELECT trace_id, id, name, data_type, value, string_value, source, timestamp
FROM scores
WHERE project_id = ?
AND trace_id IN (unhex(?), unhex(?), unhex(?), unhex(?), unhex(?))
ORDER BY updated_at DESC LIMIT 1 BY trace_id, id
)
ORDER BY timestamp DESC, id LIMIT ? BY trace_id;

SELECT hex(trace_id), if(argMinIf(trace_name, (parent_span_id != toFixedString('', 8), start_time, span_id), trace_name != '') != '', argMinIf(trace_name, (parent_span_id != toFixedString('', 8), start_time, span_id), trace_name != ''), argMin(name, (parent_span_id != toFixedString('', 8), start_time, span_id))), toUnixTimestamp64Nano(min(start_time)), toUnixTimestamp64Nano(greatest(max(end_time), max(start_time))), toString(max(level)), countIf(NOT trace_record), countIf(level = 'ERROR'), if(countIf(type IN ('generation', 'embedding') AND (total_tokens > 0 OR total_cost != 0)) > 0, sumIf(input_tokens, type != 'agent'), sum(input_tokens)), if(countIf(type IN ('generation', 'embedding') AND (total_tokens > 0 OR total_cost != 0)) > 0, sumIf(output_tokens, type != 'agent'), sum(output_tokens)), if(countIf(type IN ('generation', 'embedding') AND (total_tokens > 0 OR total_cost != 0)) > 0, sumIf(total_tokens, type != 'agent'), sum(total_tokens)), if(countIf(type IN ('generation', 'embedding') AND (total_tokens > 0 OR total_cost != 0)) > 0, sumIf(total_cost, type != 'agent'), sum(total_cost)), argMinIf(user_id, (parent_span_id != toFixedString('', 8), start_time, span_id), user_id != ''), argMinIf(session_id, (parent_span_id != toFixedString('', 8), start_time, span_id), session_id != ''), argMinIf(environment, (parent_span_id != toFixedString('', 8), start_time, span_id), environment != ''), argMinIf(release, (parent_span_id != toFixedString('', 8), start_time, span_id), release != ''), argMinIf(version, (parent_span_id != toFixedString('', 8), start_time, span_id), version != ''), arraySort(groupUniqArrayArray(100)(tags)), arraySort(groupUniqArrayIf(20)(model, model != '')), max(usage_estimated)
FROM observations
WHERE NOT throwIf(sign < 0, 'taken back') AND project_id = ?
AND trace_id IN (unhex(?), unhex(?), unhex(?), unhex(?), unhex(?))
AND start_time >= fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND start_time <= fromUnixTimestamp64Nano(toInt64(?), 'UTC')
GROUP BY trace_id;

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
