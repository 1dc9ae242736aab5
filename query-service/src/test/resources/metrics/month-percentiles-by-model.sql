SELECT t, 0 AS is_others, d0, if(empty(q1_c) OR q1_c[-1] <= 0, NULL, if(q1_k[arrayFirstIndex(x -> x >= greatest(1, ceil(0.95 * q1_c[-1])), q1_c)] = 0, 0, 2 * pow((1.01 / 0.99), q1_k[arrayFirstIndex(x -> x >= greatest(1, ceil(0.95 * q1_c[-1])), q1_c)]) / ((1.01 / 0.99) + 1)) * 1.0E-6) AS m0, q2 * 1.0E-6 / nullIf(q3, 0) AS m1 FROM (
SELECT t, d0, sum(p0) AS q0, mapSort(sumMap(p1)) AS q1_m, mapKeys(q1_m) AS q1_k, arrayCumSum(mapValues(q1_m)) AS q1_c, sum(p2) AS q2, sum(p3) AS q3 FROM (
SELECT toInt64(intDiv(toInt64(toUnixTimestamp(hour)), 86400) * 86400) AS t, toString(model) AS d0, sum(observation_count) AS p0, toInt16(0) AS k1, sumMap(latency_buckets) AS p1, sum(latency_nanos_sum) AS p2, sum(latency_count) AS p3
FROM observations_by_hour
WHERE project_id = ?
AND hour >= toDateTime(?, 'UTC')
AND hour < toDateTime(?, 'UTC')
AND environment IN (?)
GROUP BY t, d0
UNION ALL
SELECT toInt64(intDiv(intDiv(toUnixTimestamp64Nano(start_time), 1000000000), 86400) * 86400) AS t, toString(model) AS d0, toInt64(sumIf(sign, NOT trace_record)) AS p0, toInt16(if(if(toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record, (toUnixTimestamp64Nano(end_time) - toUnixTimestamp64Nano(start_time)), 0) <= 0, 0, ceil(log(if(toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record, (toUnixTimestamp64Nano(end_time) - toUnixTimestamp64Nano(start_time)), 0)) / log(1.01 / 0.99)))) AS k1, map(k1, toInt64(sumIf(sign, toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record))) AS p1, sumIf(sign * (toUnixTimestamp64Nano(end_time) - toUnixTimestamp64Nano(start_time)), toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record) AS p2, toInt64(sumIf(sign, toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record)) AS p3
FROM observations
WHERE project_id = ?
AND start_time >= fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND start_time < fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND environment IN (?)
GROUP BY t, d0, k1
UNION ALL
SELECT toInt64(intDiv(intDiv(toUnixTimestamp64Nano(start_time), 1000000000), 86400) * 86400) AS t, toString(model) AS d0, toInt64(sumIf(sign, NOT trace_record)) AS p0, toInt16(if(if(toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record, (toUnixTimestamp64Nano(end_time) - toUnixTimestamp64Nano(start_time)), 0) <= 0, 0, ceil(log(if(toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record, (toUnixTimestamp64Nano(end_time) - toUnixTimestamp64Nano(start_time)), 0)) / log(1.01 / 0.99)))) AS k1, map(k1, toInt64(sumIf(sign, toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record))) AS p1, sumIf(sign * (toUnixTimestamp64Nano(end_time) - toUnixTimestamp64Nano(start_time)), toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record) AS p2, toInt64(sumIf(sign, toUnixTimestamp64Nano(end_time) > 0 AND NOT trace_record)) AS p3
FROM observations
WHERE project_id = ?
AND start_time >= fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND start_time < fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND environment IN (?)
GROUP BY t, d0, k1
)
GROUP BY t, d0
HAVING q0 != 0
)
ORDER BY t ASC NULLS LAST, m0 DESC NULLS LAST, t, d0 LIMIT ?
-- [dev, 1793095200, 1795683600, production, dev, 1793093400000000000, 1793095200000000000, production, dev, 1795683600000000000, 1795685400000000000, production, 10001]
