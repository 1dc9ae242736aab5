package dev.sightline.query.filter;

import dev.sightline.query.store.Condition;
import dev.sightline.storage.message.MessageReferences;
import dev.sightline.storage.observation.ObservationTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * SQL that finds a text inside of a column, whatever the capitals. What is searched is JSON more often than not, so the
 * text is looked for as it was given and as JSON may spell it. The whole words of it are asked for by ILIKE, which the
 * column's text index answers from its list of words; where the text is more than one word a plain search decides after
 * that. The index may help or not, the answer is the same. ADR 0008.
 */
final class TextSearch {
    /** The index looks for words of at least so many letters in its list. */
    private static final int WORD_LENGTH_MIN = 4;
    private static final int WORDS_MAX = 3;
    private static final List<String> ROW_TEXTS =
            List.of("name", "trace_name", "status_message", "user_id", "session_id");

    private final List<String> spellings;

    TextSearch(String text) {
        Set<String> all = new LinkedHashSet<>();
        all.add(text);
        all.add(json(text, false));
        all.add(json(text, true));
        this.spellings = List.copyOf(all);
    }

    /** In a column of `observation_content`. */
    Condition inContent(String column) {
        String said = MessageReferences.withoutReferences(column);
        return any(spelling -> found(said, spelling, contains(said, spelling)));
    }

    /** In the body of a message. */
    Condition inMessage() {
        return any(spelling -> found("body", spelling, contains("body", spelling)));
    }

    /** In what a row of `observations` says. */
    Condition inRow() {
        return any(spelling -> found(ObservationTable.WORDS, spelling, Condition.any(Stream.concat(
                ROW_TEXTS.stream().map(column -> contains(column, spelling)),
                Stream.of(contains("value", spelling).within("arrayExists(value -> ", ", mapValues(metadata))")))
                .toList())));
    }

    private Condition any(Function<String, Condition> condition) {
        return Condition.any(spellings.stream().map(condition).toList());
    }

    /** The words, which the index narrows by, and what decides; that is the word itself where the text is one. */
    private static Condition found(String indexed, String spelling, Condition decides) {
        List<Condition> all = new ArrayList<>();
        words(spelling).forEach(word -> all.add(Condition.of(indexed + " ILIKE ?", "%" + word + "%")));
        if (!words(spelling).equals(List.of(spelling))) {
            all.add(decides);
        }
        return Condition.all(all);
    }

    private static Condition contains(String expression, String spelling) {
        return Condition.of("positionCaseInsensitiveUTF8(" + expression + ", ?) > 0", spelling);
    }

    private static List<String> words(String spelling) {
        List<String> words = new ArrayList<>();
        for (String word : spelling.split("[\\x00-\\x7f&&[^A-Za-z0-9]]+")) {
            if (word.length() >= WORD_LENGTH_MIN && word.chars().allMatch(c -> c < 0x80)) {
                words.add(word);
            }
        }
        words.sort(Comparator.comparing(String::length).reversed());
        return words.subList(0, Math.min(words.size(), WORDS_MAX));
    }

    private static String json(String text, boolean ascii) {
        StringBuilder json = new StringBuilder();
        for (char c : text.toCharArray()) {
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (c < ' ' || ascii && c > '~') {
                        json.append("\\u%04x".formatted((int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        return json.toString();
    }
}
