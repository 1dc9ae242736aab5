SELECT toInt64(0) AS t, 0 AS is_others, d0, toFloat64(q1) AS m0, if(empty(q2_c) OR q2_c[-1] <= 0, NULL, if(q2_k[arrayFirstIndex(x -> x >= greatest(1, ceil(0.95 * q2_c[-1])), q2_c)] = 0, 0, 2 * pow((1.01 / 0.99), q2_k[arrayFirstIndex(x -> x >= greatest(1, ceil(0.95 * q2_c[-1])), q2_c)]) / ((1.01 / 0.99) + 1)) * 1.0E-6) AS m1 FROM (
SELECT d0, sum(p0) AS q0, sum(p1) AS q1, mapSort(sumMap(p2)) AS q2_m, mapKeys(q2_m) AS q2_k, arrayCumSum(mapValues(q2_m)) AS q2_c FROM (
SELECT toString(user_id) AS d0, sum(observation_count) AS p0, sum(call_total_cost) AS p1, toInt16(0) AS k2, sumMap(latency_buckets) AS p2
FROM observations_by_user_hour
WHERE project_id = ?
AND hour >= toDateTime(?, 'UTC')
AND hour < toDateTime(?, 'UTC')
GROUP BY d0
UNION ALL
SELECT toString(user_id) AS d0, toInt64(sumIf(sign, NOT trace_record)) AS p0, sumIf(sign * CAST(total_cost, 'Decimal(38, 12)'), type != 'agent') AS p1, toInt16(if(if(toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record, (toUnixTimestamp64Nano(end_time) - toUnixTimestamp64Nano(start_time)), 0) <= 0, 0, ceil(log(if(toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record, (toUnixTimestamp64Nano(end_time) - toUnixTimestamp64Nano(start_time)), 0)) / log(1.01 / 0.99)))) AS k2, map(k2, toInt64(sumIf(sign, toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record))) AS p2
FROM observations
WHERE project_id = ?
AND start_time >= fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND start_time < fromUnixTimestamp64Nano(toInt64(?), 'UTC')
GROUP BY d0, k2
UNION ALL
SELECT toString(user_id) AS d0, toInt64(sumIf(sign, NOT trace_record)) AS p0, sumIf(sign * CAST(total_cost, 'Decimal(38, 12)'), type != 'agent') AS p1, toInt16(if(if(toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record, (toUnixTimestamp64Nano(end_time) - toUnixTimestamp64Nano(start_time)), 0) <= 0, 0, ceil(log(if(toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record, (toUnixTimestamp64Nano(end_time) - toUnixTimestamp64Nano(start_time)), 0)) / log(1.01 / 0.99)))) AS k2, map(k2, toInt64(sumIf(sign, toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record))) AS p2
FROM observations
WHERE project_id = ?
AND start_time >= fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND start_time < fromUnixTimestamp64Nano(toInt64(?), 'UTC')
GROUP BY d0, k2
)
GROUP BY d0
HAVING q0 != 0
)
ORDER BY m0 DESC NULLS LAST, d0 LIMIT ?
-- [dev, 1793095200, 1795683600, dev, 1793093400000000000, 1793095200000000000, dev, 1795683600000000000, 1795685400000000000, 10]
