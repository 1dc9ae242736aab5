package dev.sightline.evaluator.scorer;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts in words and sentences, the one way for all scorers. Of a long text the first {@link #CHARACTERS_MAX} count. */
final class Words {
    static final int CHARACTERS_MAX = 200_000;
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}]*(?:['’][\\p{L}]+)*");

    private Words() {
    }

    /** In lower case. */
    static List<String> of(String text) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(bounded(text));
        while (matcher.find()) {
            words.add(matcher.group().toLowerCase(Locale.ROOT).replace('’', '\''));
        }
        return words;
    }

    /** Without list marks and headings' signs; never blank. */
    static List<String> sentences(String text) {
        List<String> sentences = new ArrayList<>();
        BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.ENGLISH);
        bounded(text).lines().map(line -> line.strip().replaceFirst("^(?:[-*•#>]+|\\d{1,3}[.)])\\s+", ""))
                .filter(line -> !line.isEmpty()).forEach(line -> {
                    breaks.setText(line);
                    int start = breaks.first();
                    for (int end = breaks.next(); end != BreakIterator.DONE; start = end, end = breaks.next()) {
                        String sentence = line.substring(start, end).strip();
                        if (!sentence.isEmpty()) {
                            sentences.add(sentence);
                        }
                    }
                });
        return sentences;
    }

    static String bounded(String text) {
        return text.substring(0, Math.min(text.length(), CHARACTERS_MAX));
    }

    static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
