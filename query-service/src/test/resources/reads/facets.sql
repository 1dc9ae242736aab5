SELECT facet.1 AS field, facet.2 AS value, traces FROM (
SELECT arrayJoin(arrayConcat([('environment', toString(environment)), ('trace_name', toString(if(trace_name != '', trace_name, if(parent_span_id = toFixedString('', 8), name, '')))), ('level', toString(level)), ('type', toString(type)), ('model', toString(model)), ('provider', toString(provider)), ('user', toString(user_id)), ('release', toString(release)), ('version', toString(version)), ('service', toString(service_name)), ('tool', toString(tool_name)), ('agent', toString(agent_name)), ('prompt', toString(prompt_name)), ('error', toString(error_type)), ('finish_reason', toString(finish_reason))], arrayMap(t -> ('tag', toString(t)), tags))) AS facet, uniq(trace_id) AS traces
FROM observations
WHERE NOT throwIf(sign < 0, 'taken back') AND project_id = ?
AND (start_time >= fromUnixTimestamp64Nano(toInt64(?), 'UTC') AND start_time < fromUnixTimestamp64Nano(toInt64(?), 'UTC'))
GROUP BY facet
)
WHERE value != '' ORDER BY traces DESC, value LIMIT ? BY field;
