SELECT hex(trace_id), toUnixTimestamp64Nano(min(start_time)), toUnixTimestamp64Nano(max(start_time))
FROM observations
WHERE NOT throwIf(sign < 0, 'taken back') AND project_id = ?
AND start_time >= fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND start_time < fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND trace_id IN (
SELECT trace_id
FROM observations
WHERE NOT throwIf(sign < 0, 'taken back') AND project_id = ? AND start_time >= fromUnixTimestamp64Nano(toInt64(?), 'UTC') AND start_time < fromUnixTimestamp64Nano(toInt64(?), 'UTC') AND has(arrayMap((k, v) -> concat(k, '=', left(v, 100)), mapKeys(metadata), mapValues(metadata)), concat(?, '=', left(?, 100)))
)
GROUP BY trace_id HAVING min(start_time) >= fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND min(start_time) < fromUnixTimestamp64Nano(toInt64(?), 'UTC')
ORDER BY min(start_time) DESC, trace_id DESC LIMIT ?;
