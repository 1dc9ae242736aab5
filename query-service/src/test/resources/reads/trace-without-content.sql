SELECT project_id, hex(trace_id), hex(span_id), hex(parent_span_id), name, type, toString(level), status_message, toUnixTimestamp64Nano(start_time), toUnixTimestamp64Nano(end_time), toUnixTimestamp64Nano(completion_start_time), span_kind, environment, release, version, trace_name, user_id, session_id, tags, public, service_name, scope_name, scope_version, sdk_name, sdk_version, sdk_language, provider, model, usage, usage_estimated, cost, input_tokens, output_tokens, total_tokens, total_cost, prompt_name, prompt_version, agent_name, tool_name, tool_call_id, error_type, finish_reason, experiment_id, experiment_name, experiment_dataset_id, experiment_item_id, hex(experiment_item_root_span_id), app_root, external_id, external_trace_id, external_parent_id, trace_record, metadata
FROM observations
WHERE NOT throwIf(sign < 0, 'taken back') AND project_id = ?
AND trace_id IN (unhex(?))
AND start_time >= fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND start_time <= fromUnixTimestamp64Nano(toInt64(?), 'UTC')
ORDER BY start_time, span_id LIMIT ?;

SELECT project_id, hex(trace_id), id, hex(span_id), session_id, name, data_type, value, string_value, comment, source, environment, toUnixTimestamp64Nano(timestamp), toUnixTimestamp64Nano(updated_at), metadata, config_id, queue_id, author_user_id, evaluator_name, evaluator_version, evaluator_config, hex(evaluator_trace_id), model, error, external_trace_id, external_observation_id, dataset_run_id
FROM scores
WHERE project_id = ?
AND trace_id IN (unhex(?))
ORDER BY updated_at DESC LIMIT 1 BY trace_id, id LIMIT ?;

SELECT toUnixTimestamp64Nano(min(start_time)), toUnixTimestamp64Nano(max(start_time)), count()
FROM observation_content
WHERE project_id = ?
AND trace_id IN (unhex(?));
