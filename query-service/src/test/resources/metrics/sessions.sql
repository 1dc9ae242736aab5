SELECT toInt64(0) AS t, 0 AS is_others, d0, q0 AS m0, q1 AS m1 FROM (
SELECT d0, sum(p0) AS q0, toInt64(uniqExactIf(k1, p1 > 0)) AS q1 FROM (
SELECT toString(session_id) AS d0, toInt64(sumIf(sign, NOT trace_record)) AS p0, trace_id AS k1, toInt64(sum(sign)) AS p1
FROM observations
WHERE project_id = ?
AND start_time >= fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND start_time < fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND has(tags, ?)
GROUP BY d0, k1
)
GROUP BY d0
HAVING q0 != 0
)
ORDER BY m0 DESC NULLS LAST, t, d0 LIMIT ?
-- [dev, 1793093400000000000, 1795685400000000000, beta, 101]
