INSERT INTO scores (project_id, trace_id, id, name, data_type, value, source, environment, timestamp, updated_at, evaluator_name)
WITH
    {trace} AS trace,
    cityHash64(trace, 'p') / pow(2, 64) AS of_projects,
    {project} AS project,
    toInt64({begin}) + toInt64(trace * {trace_nanos}) AS trace_start
SELECT project, reinterpretAsFixedString(reverse(sipHash128(trace, 't'))), concat(score.1, '-', toString(trace)), score.1, 'NUMERIC',
    (cityHash64(trace, score.1) % 1000) / 1000, score.2, 'production',
    fromUnixTimestamp64Nano(trace_start + 60000000000, 'UTC'), fromUnixTimestamp64Nano(trace_start + 60000000000, 'UTC'),
    if(score.2 = 'evaluator', 'judge', '')
FROM numbers_mt({first}, {count})
ARRAY JOIN [('relevance', 'evaluator'), ('helpful', 'feedback')] AS score
WHERE {step} = 0
