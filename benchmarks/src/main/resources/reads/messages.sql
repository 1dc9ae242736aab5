INSERT INTO messages (project_id, trace_id, hash, body, day)
WITH
    {trace} AS trace,
    cityHash64(trace, 'p') / pow(2, 64) AS of_projects,
    {project} AS project,
    toInt64({begin}) + toInt64(trace * {trace_nanos}) AS trace_start,
    {question} AS question
SELECT project, reinterpretAsFixedString(reverse(sipHash128(trace, 't'))), left(SHA256(question), 16), question,
    toDate(fromUnixTimestamp64Nano(trace_start, 'UTC'))
FROM numbers_mt({first}, {count}) WHERE {step} = 0
SETTINGS max_partitions_per_insert_block = 0, max_insert_threads = 2
