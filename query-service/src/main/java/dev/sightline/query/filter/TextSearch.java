package dev.sightline.query.filter;

import dev.sightline.query.store.Condition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * SQL that finds a text inside of a column, whatever the capitals. What is searched is JSON more often than not, so the
 * text is looked for as it was given and as JSON may spell it. The whole words of it are asked for by ILIKE, which the
 * column's text index answers from its list of words; what decides is the plain search after that, so the index may
 * help or not, the answer is the same. ADR 0008.
 */
final class TextSearch {
    /** The index looks for words of at least so many letters in its list. */
    private static final int WORD_LENGTH_MIN = 4;
    private static final int WORDS_MAX = 3;
    /** A text without what only stands for messages kept elsewhere (ADR 0007), so that no hash is ever found. */
    private static final String WITHOUT_REFERENCES = "if(position(%1$s, '\\x1A') = 0, %1$s, "
            + "replaceRegexpAll(%1$s, '\\x1A\\x1A|\\x1A[A-Za-z0-9_-]{22}', '\\x1A'))";

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
        return in(column, WITHOUT_REFERENCES.formatted(column), true);
    }

    /** In a text column that has an index of words. */
    Condition inIndexed(String column) {
        return in(column, column, true);
    }

    /** In any text. */
    Condition in(String expression) {
        return in(expression, expression, false);
    }

    private Condition in(String column, String plain, boolean indexed) {
        return Condition.any(spellings.stream().map(spelling -> {
            List<Condition> all = new ArrayList<>();
            if (indexed) {
                words(spelling).forEach(word -> all.add(Condition.of(column + " ILIKE ?", "%" + word + "%")));
            }
            all.add(Condition.of("positionCaseInsensitiveUTF8(" + plain + ", ?) > 0", spelling));
            return Condition.all(all);
        }).toList());
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
