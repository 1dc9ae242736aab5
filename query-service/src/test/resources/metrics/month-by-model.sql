SELECT t, 0 AS is_others, d0, q0 AS m0, toFloat64(q1) AS m1 FROM (
SELECT t, d0, sum(p0) AS q0, sum(p1) AS q1 FROM (
SELECT toInt64(intDiv(toInt64(toUnixTimestamp(hour)), 86400) * 86400) AS t, toString(model) AS d0, sum(observation_count) AS p0, sumIf(total_cost, type != 'agent') AS p1
FROM observations_by_hour
WHERE project_id = ?
AND hour >= toDateTime(?, 'UTC')
AND hour < toDateTime(?, 'UTC')
GROUP BY t, d0
UNION ALL
SELECT toInt64(intDiv(intDiv(toUnixTimestamp64Nano(start_time), 1000000000), 86400) * 86400) AS t, toString(model) AS d0, toInt64(sumIf(sign, NOT trace_record)) AS p0, sumIf(sign * CAST(total_cost, 'Decimal(38, 12)'), type != 'agent') AS p1
FROM observations
WHERE project_id = ?
AND start_time >= fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND start_time < fromUnixTimestamp64Nano(toInt64(?), 'UTC')
GROUP BY t, d0
UNION ALL
SELECT toInt64(intDiv(intDiv(toUnixTimestamp64Nano(start_time), 1000000000), 86400) * 86400) AS t, toString(model) AS d0, toInt64(sumIf(sign, NOT trace_record)) AS p0, sumIf(sign * CAST(total_cost, 'Decimal(38, 12)'), type != 'agent') AS p1
FROM observations
WHERE project_id = ?
AND start_time >= fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND start_time < fromUnixTimestamp64Nano(toInt64(?), 'UTC')
GROUP BY t, d0
)
GROUP BY t, d0
HAVING q0 != 0
)
ORDER BY t ASC NULLS LAST, m0 DESC NULLS LAST, t, d0 LIMIT ?
-- [dev, 1793095200, 1795683600, dev, 1793093400000000000, 1793095200000000000, dev, 1795683600000000000, 1795685400000000000, 10001]
