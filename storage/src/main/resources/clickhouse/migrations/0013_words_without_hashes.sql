-- The words of content without the hashes that stand for messages (docs/adr/0008): they were most of the words of the
-- index, grew with every message, and every search goes through the list of words. Parts are indexed anew in the
-- background; until they are, they are read, and the answer is the same.
ALTER TABLE observation_content DROP INDEX IF EXISTS input_words;

ALTER TABLE observation_content DROP INDEX IF EXISTS output_words;

ALTER TABLE observation_content DROP INDEX IF EXISTS tool_words;

ALTER TABLE observation_content
    ADD INDEX IF NOT EXISTS input_words
        replaceRegexpAll(input, '\\x1a(\\x1a|[\\w-]{22})', ' ')
        TYPE text(tokenizer = 'splitByNonAlpha', preprocessor = lowerUTF8(
        replaceRegexpAll(input, '\\x1a(\\x1a|[\\w-]{22})', ' '))),
    ADD INDEX IF NOT EXISTS output_words
        replaceRegexpAll(output, '\\x1a(\\x1a|[\\w-]{22})', ' ')
        TYPE text(tokenizer = 'splitByNonAlpha', preprocessor = lowerUTF8(
        replaceRegexpAll(output, '\\x1a(\\x1a|[\\w-]{22})', ' '))),
    ADD INDEX IF NOT EXISTS tool_words
        replaceRegexpAll(tool_definitions, '\\x1a(\\x1a|[\\w-]{22})', ' ')
        TYPE text(tokenizer = 'splitByNonAlpha', preprocessor = lowerUTF8(
        replaceRegexpAll(tool_definitions, '\\x1a(\\x1a|[\\w-]{22})', ' ')));

ALTER TABLE observation_content
    MATERIALIZE INDEX input_words, MATERIALIZE INDEX output_words, MATERIALIZE INDEX tool_words;
