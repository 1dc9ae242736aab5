-- Finding by what was said, by a pair of a map, by user and by session. ADR 0008. Only what is written from now on is
-- indexed; MATERIALIZE INDEX does the rest in the background and changes no answer.
ALTER TABLE observation_content
    ADD INDEX IF NOT EXISTS input_words input
        TYPE text(tokenizer = 'splitByNonAlpha', preprocessor = lowerUTF8(input)),
    ADD INDEX IF NOT EXISTS output_words output
        TYPE text(tokenizer = 'splitByNonAlpha', preprocessor = lowerUTF8(output)),
    ADD INDEX IF NOT EXISTS tool_words tool_definitions
        TYPE text(tokenizer = 'splitByNonAlpha', preprocessor = lowerUTF8(tool_definitions)),
    ADD INDEX IF NOT EXISTS attribute_pairs
        arrayMap((k, v) -> concat(k, '=', left(v, 100)), mapKeys(attributes), mapValues(attributes))
        TYPE text(tokenizer = 'array');

ALTER TABLE messages
    ADD INDEX IF NOT EXISTS body_words body TYPE text(tokenizer = 'splitByNonAlpha', preprocessor = lowerUTF8(body));

ALTER TABLE observations
    ADD INDEX IF NOT EXISTS row_words
        arrayStringConcat([name, trace_name, status_message, user_id, session_id, arrayStringConcat(mapValues(metadata), '\n')], ' ')
        TYPE text(tokenizer = 'splitByNonAlpha', preprocessor = lowerUTF8(
        arrayStringConcat([name, trace_name, status_message, user_id, session_id, arrayStringConcat(mapValues(metadata), '\n')], ' '))),
    ADD INDEX IF NOT EXISTS metadata_pairs
        arrayMap((k, v) -> concat(k, '=', left(v, 100)), mapKeys(metadata), mapValues(metadata))
        TYPE text(tokenizer = 'array'),
    ADD INDEX IF NOT EXISTS user_id_index user_id TYPE bloom_filter(0.01) GRANULARITY 1,
    ADD INDEX IF NOT EXISTS session_id_index session_id TYPE bloom_filter(0.01) GRANULARITY 1;
