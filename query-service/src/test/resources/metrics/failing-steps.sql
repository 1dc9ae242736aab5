SELECT toInt64(0) AS t, 0 AS is_others, d0, q0 AS m0 FROM (
SELECT d0, sum(p0) AS q0 FROM (
SELECT toString(name) AS d0, sum(observation_count) AS p0
FROM observations_by_name_hour
WHERE project_id = ?
AND hour >= toDateTime(?, 'UTC')
AND hour < toDateTime(?, 'UTC')
AND level IN (?)
GROUP BY d0
UNION ALL
SELECT toString(name) AS d0, toInt64(sumIf(sign, NOT trace_record)) AS p0
FROM observations
WHERE project_id = ?
AND start_time >= fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND start_time < fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND level IN (?)
GROUP BY d0
UNION ALL
SELECT toString(name) AS d0, toInt64(sumIf(sign, NOT trace_record)) AS p0
FROM observations
WHERE project_id = ?
AND start_time >= fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND start_time < fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND level IN (?)
GROUP BY d0
)
GROUP BY d0
HAVING q0 != 0
)
ORDER BY m0 DESC NULLS LAST, t, d0 LIMIT ?
-- [dev, 1793095200, 1795683600, ERROR, dev, 1793093400000000000, 1793095200000000000, ERROR, dev, 1795683600000000000, 1795685400000000000, ERROR, 101]
