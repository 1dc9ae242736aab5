package dev.sightline.evaluator.relevance;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A text cut into windows of whole sentences, small enough for an embedding model that reads 256 tokens. The rule: a
 * line break or the end of a sentence ends a sentence; following sentences share a window while they fit into
 * {@code charactersMax}; a longer sentence is cut between words (inside a word only where no space is). When there are
 * more than {@code windowsMax} windows, the first three quarters of that number and the last quarter are kept, because
 * answers open with the point and close with the conclusion. {@code total} says how many there were.
 */
public record SentenceWindows(List<String> windows, int total) {
    // The tokenizer drops them, and a window of nothing else would be no text.
    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cc}&&[^\n\r]]+");

    public SentenceWindows {
        windows = List.copyOf(windows);
    }

    public static SentenceWindows of(String text, int charactersMax, int windowsMax) {
        List<String> all = new ArrayList<>();
        StringBuilder window = new StringBuilder();
        for (String sentence : sentences(text, charactersMax)) {
            if (!window.isEmpty() && window.length() + 1 + sentence.length() > charactersMax) {
                all.add(window.toString());
                window.setLength(0);
            }
            if (!window.isEmpty()) {
                window.append(' ');
            }
            window.append(sentence);
        }
        if (!window.isEmpty()) {
            all.add(window.toString());
        }
        return new SentenceWindows(keepEnds(all, windowsMax), all.size());
    }

    public boolean isCut() {
        return windows.size() < total;
    }

    private static List<String> keepEnds(List<String> all, int windowsMax) {
        if (all.size() <= windowsMax) {
            return all;
        }
        int last = windowsMax / 4;
        List<String> kept = new ArrayList<>(all.subList(0, windowsMax - last));
        kept.addAll(all.subList(all.size() - last, all.size()));
        return kept;
    }

    private static List<String> sentences(String text, int charactersMax) {
        List<String> sentences = new ArrayList<>();
        BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.ENGLISH);
        String clean = CONTROLS.matcher(text).replaceAll(" ");
        clean.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(line -> {
            breaks.setText(line);
            int start = breaks.first();
            for (int end = breaks.next(); end != BreakIterator.DONE; start = end, end = breaks.next()) {
                addPieces(line.substring(start, end).strip(), charactersMax, sentences);
            }
        });
        return sentences;
    }

    private static void addPieces(String sentence, int charactersMax, List<String> pieces) {
        String rest = sentence;
        while (rest.length() > charactersMax) {
            int space = rest.lastIndexOf(' ', charactersMax);
            int end = space > 0 ? space : charactersMax;
            if (Character.isHighSurrogate(rest.charAt(end - 1))) {
                end--;
            }
            pieces.add(rest.substring(0, end).strip());
            rest = rest.substring(end).strip();
        }
        if (!rest.isEmpty()) {
            pieces.add(rest);
        }
    }
}
