SELECT hex(trace_id), toUnixTimestamp64Nano(min(start_time)), toUnixTimestamp64Nano(max(start_time))
FROM observations
WHERE NOT throwIf(sign < 0, 'taken back') AND project_id = ?
AND start_time >= fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND start_time < fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND trace_id IN (
SELECT trace_id
FROM observations
WHERE NOT throwIf(sign < 0, 'taken back') AND project_id = ? AND start_time >= fromUnixTimestamp64Nano(toInt64(?), 'UTC') AND start_time < fromUnixTimestamp64Nano(toInt64(?), 'UTC') AND arrayStringConcat([name, trace_name, status_message, user_id, session_id, arrayStringConcat(mapValues(metadata), '\n')], ' ') ILIKE ?
UNION ALL
SELECT trace_id
FROM observation_content
WHERE project_id = ? AND start_time >= fromUnixTimestamp64Nano(toInt64(?), 'UTC') AND start_time < fromUnixTimestamp64Nano(toInt64(?), 'UTC') AND replaceRegexpAll(input, '\\x1a(\\x1a|[\\w-]{22})', ' ') ILIKE ?
UNION ALL
SELECT trace_id
FROM observation_content
WHERE project_id = ? AND start_time >= fromUnixTimestamp64Nano(toInt64(?), 'UTC') AND start_time < fromUnixTimestamp64Nano(toInt64(?), 'UTC') AND replaceRegexpAll(output, '\\x1a(\\x1a|[\\w-]{22})', ' ') ILIKE ?
UNION ALL
SELECT trace_id
FROM observation_content
WHERE project_id = ? AND start_time >= fromUnixTimestamp64Nano(toInt64(?), 'UTC') AND start_time < fromUnixTimestamp64Nano(toInt64(?), 'UTC') AND replaceRegexpAll(tool_definitions, '\\x1a(\\x1a|[\\w-]{22})', ' ') ILIKE ?
UNION ALL
SELECT trace_id
FROM messages
WHERE project_id = ? AND day >= toDate(fromUnixTimestamp64Nano(toInt64(?), 'UTC')) AND body ILIKE ?
)
GROUP BY trace_id HAVING min(start_time) >= fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND min(start_time) < fromUnixTimestamp64Nano(toInt64(?), 'UTC')
ORDER BY min(start_time) DESC, trace_id DESC LIMIT ?;
