package dev.sightline.detectors.guard;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What words mean: each has a set of concepts, as bits. Words are looked up by a hash that grows with them character by
 * character, so that a text's words are never copied. Read once from lexicon.txt; rules add the words they name.
 */
final class Lexicon {
    static final long SEED = 0xcbf29ce484222325L;
    static final int PHRASE_WORDS_MAX = 4;
    static final int UNSPACED_CHARS_MAX = 8;
    private static final int STEM_CHARS_MIN = 3;

    /** A set of up to 128 concepts. */
    record Concepts(long low, long high) {
        static final Concepts NONE = new Concepts(0, 0);

        Concepts and(Concepts other) {
            return new Concepts(low | other.low, high | other.high);
        }
    }

    private final Map<String, Integer> bits = new HashMap<>();
    private final Table words = new Table(14);
    private final Table stems = new Table(12);
    private final Table phrases = new Table(11);
    private final Table phraseStarts = new Table(11);
    private final Table unspaced = new Table(12);

    Lexicon() {
        lines("lexicon.txt").forEach(line -> {
            String[] parts = line.split(" +");
            Concepts concept = concept(parts[0]);
            for (int i = 1; i < parts.length; i++) {
                add(parts[i], concept);
            }
        });
    }

    static List<String> lines(String resource) {
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Lexicon.class.getResourceAsStream(resource), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    lines.add(line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }

    /** The concept of that name; a name in lower case is a word, and means itself. */
    Concepts concept(String name) {
        Integer bit = bits.get(name);
        if (bit == null) {
            bit = bits.size();
            if (bit >= 128) {
                throw new IllegalStateException("more than 128 concepts");
            }
            bits.put(name, bit);
            if (Character.isLowerCase(name.charAt(0))) {
                add(name, bit(bit));
            }
        }
        return bit(bit);
    }

    private static Concepts bit(int bit) {
        return bit < 64 ? new Concepts(1L << bit, 0) : new Concepts(0, 1L << bit - 64);
    }

    private void add(String entry, Concepts concept) {
        boolean stem = entry.endsWith("*");
        String folded = Reading.fold(stem ? entry.substring(0, entry.length() - 1) : entry);
        if (isUnspaced(folded.charAt(0))) {
            unspaced.add(hash(folded.replace("_", "")), concept);
            return;
        }
        List<String> parts = new ArrayList<>();
        for (String part : folded.split("[_\\-]")) {
            int apostrophe = part.indexOf('\'');
            if (apostrophe >= 0 && apostrophe <= 2) {
                parts.add(part.substring(0, apostrophe));
                part = part.substring(apostrophe + 1);
            }
            part = part.replace("'", "");
            if (!part.isEmpty()) {
                parts.add(part);
            }
        }
        if (parts.size() == 1) {
            (stem && parts.getFirst().length() >= STEM_CHARS_MIN ? stems : words)
                    .add(hash(parts.getFirst()), concept);
            return;
        }
        long phrase = hash(parts.getFirst());
        phraseStarts.add(phrase, Concepts.NONE);
        for (String part : parts.subList(1, parts.size())) {
            phrase = joined(phrase, hash(part));
        }
        phrases.add(phrase, concept);
    }

    static long next(long hash, char c) {
        return (hash ^ c) * 0x100000001b3L;
    }

    static long hash(String word) {
        long hash = SEED;
        for (int i = 0; i < word.length(); i++) {
            hash = next(hash, word.charAt(i));
        }
        return hash;
    }

    static long joined(long phrase, long word) {
        return Long.rotateLeft(phrase, 23) * 0x9E3779B97F4A7C15L ^ word;
    }

    /** Writing without spaces between words, or with endings that join the word: Han, kana, Hangul, Thai. */
    static boolean isUnspaced(char c) {
        return c >= 0x0E00 && c <= 0x0E7F || c >= 0x3040 && c <= 0x30FF || c >= 0x3400 && c <= 0x9FFF
                || c >= 0xAC00 && c <= 0xD7A3;
    }

    Concepts word(long hash) {
        return words.get(hash);
    }

    Concepts stem(long hash) {
        return stems.get(hash);
    }

    Concepts phrase(long hash) {
        return phrases.get(hash);
    }

    boolean startsPhrase(long hash) {
        return phraseStarts.get(hash) != null;
    }

    Concepts unspaced(long hash) {
        return unspaced.get(hash);
    }

    /** Open addressing over the hashes themselves: 64 bits tell the few thousand words apart. */
    private static final class Table {
        private final long[] keys;
        private final Concepts[] values;
        private final int mask;
        private int size;

        Table(int bits) {
            keys = new long[1 << bits];
            values = new Concepts[1 << bits];
            mask = keys.length - 1;
        }

        void add(long key, Concepts value) {
            int slot = slot(key);
            if (values[slot] == null) {
                size++;
                if (size * 2 > keys.length) {
                    throw new IllegalStateException("the lexicon has outgrown its table");
                }
            }
            keys[slot] = key;
            values[slot] = values[slot] == null ? value : values[slot].and(value);
        }

        Concepts get(long key) {
            return values[slot(key)];
        }

        private int slot(long key) {
            int slot = (int) (key ^ key >>> 32) & mask;
            while (values[slot] != null && keys[slot] != key) {
                slot = slot + 1 & mask;
            }
            return slot;
        }
    }
}
