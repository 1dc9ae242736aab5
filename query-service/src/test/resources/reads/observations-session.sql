SELECT project_id, hex(trace_id), hex(span_id), hex(parent_span_id), name, type, toString(level), status_message, toUnixTimestamp64Nano(start_time), toUnixTimestamp64Nano(end_time), toUnixTimestamp64Nano(completion_start_time), span_kind, environment, release, version, trace_name, user_id, session_id, tags, public, service_name, scope_name, scope_version, sdk_name, sdk_version, sdk_language, provider, model, usage, usage_estimated, cost, input_tokens, output_tokens, total_tokens, total_cost, prompt_name, prompt_version, agent_name, tool_name, tool_call_id, error_type, finish_reason, experiment_id, experiment_name, experiment_dataset_id, experiment_item_id, hex(experiment_item_root_span_id), app_root, external_id, external_trace_id, external_parent_id, trace_record, metadata
FROM observations
WHERE NOT throwIf(sign < 0, 'taken back') AND project_id = ?
AND start_time >= fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND NOT trace_record
AND start_time < fromUnixTimestamp64Nano(toInt64(?), 'UTC')
AND session_id IN (?)
ORDER BY start_time DESC, trace_id DESC, span_id DESC LIMIT ?;
