INSERT INTO observation_content (project_id, trace_id, span_id, start_time, input, output, attributes,
    resource_attributes, message_bytes)
WITH
    {trace} AS trace, {step} AS step,
    cityHash64(trace, 'p') / pow(2, 64) AS of_projects,
    {project} AS project,
    cityHash64(trace, step) AS dice,
    toInt64({begin}) + toInt64(trace * {trace_nanos}) AS trace_start,
    trace_start + step * 150000000 + dice % 100000000 AS start_nanos,
    {question} AS question,
    concat('\x1A', base64URLEncode(left(SHA256(question), 16))) AS reference,
    arrayStringConcat(arrayMap(i -> concat('w', toString(toUInt32(20000 * pow(cityHash64(dice, i) / pow(2, 64), 4)))),
        range(if(step % 3 = 1, 40, 8))), ' ') AS words
SELECT project, reinterpretAsFixedString(reverse(sipHash128(trace, 't'))), reinterpretAsFixedString(bitOr(cityHash64(trace, step, 's'), 1)),
    fromUnixTimestamp64Nano(start_nanos, 'UTC'),
    if(step % 3 = 1, concat('[', reference, ',{"role":"user","content":"', words, '"}]'), words),
    concat(reverse(words), if(dice % 20011 = 0, ' the refund order is late', '')),
    map('http.route', concat('/r', toString(dice % 40)), 'request.id', hex(dice), 'http.method', ['GET', 'POST'][1 + dice % 2]),
    map('service.name', concat('service-', toString(trace % 5)), 'host.name', concat('node-', toString(trace % 16))),
    if(step % 3 = 1, length(question), 0)
FROM numbers_mt({first}, {count})
SETTINGS max_partitions_per_insert_block = 0, max_insert_threads = 2
