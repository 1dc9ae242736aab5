package dev.sightline.detectors.guard;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/**
 * How much a prompt sounds like an attack: a logistic regression over what its first {@value #CHARS_MAX} characters hold:
 * the words, the pairs of words that follow each other at once or after another word, the pieces of four and five
 * letters, and the meanings of {@link Lexicon}, alone and in pairs within {@value #NEAR_WORDS} words. Each is counted once
 * and hashed to one of {@value #SLOTS} weights. It knows no intent and no place, and speaks of a prompt as a whole: of an
 * attack inside a page it hears nothing. The weights come from {@code ./benchmarks/run train-guard}, again after each
 * change of the lexicon, whose meanings they know by number; ADR 0018 says from which texts, and what it finds of those
 * it was not shown. Immutable, thread-safe; linear in the text.
 */
public final class AttackStyle {
    /** A power of two. */
    public static final int SLOTS = 1 << 18;
    /** Where the weights lie; gzip of the bias, the scale (floats) and one signed byte for each slot. */
    public static final String RESOURCE = "attack-style.bin.gz";

    static final int CHARS_MAX = 2_000;
    private static final int NEAR_WORDS = 4;
    private static final int SHORT = 20;
    private static final double LENGTH_POWER = 0.75;
    private static final int PIECE_MIN = 4;
    private static final int PIECE_MAX = 5;
    private static final int WORD_SALT = 0x5bd1e995;
    private static final int PAIR_SALT = 0x1b873593;
    private static final int SKIP_SALT = 0x7f4a7c15;
    private static final int MEANING_SALT = 0x11111111;
    private static final int MEANINGS_SALT = 0x22222222;
    private static final int MEANINGS_MAX = 128;

    private final float bias;
    private final float scale;
    private final byte[] weights;

    private AttackStyle(float bias, float scale, byte[] weights) {
        this.bias = bias;
        this.scale = scale;
        this.weights = weights;
    }

    /** With the weights of the jar. */
    public static AttackStyle shipped() {
        try (InputStream file = AttackStyle.class.getResourceAsStream(RESOURCE);
             DataInputStream in = new DataInputStream(new GZIPInputStream(file))) {
            return new AttackStyle(in.readFloat(), in.readFloat(), in.readNBytes(SLOTS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** 0 to 1; the words are those of the text. */
    double score(String text, Words words) {
        int[] slots = new Slots(text, words).taken();
        long sum = 0;
        for (int slot : slots) {
            sum += weights[slot];
        }
        return 1 / (1 + Math.exp(-bias - scale * sum / norm(slots)));
    }

    /** 0 to 1. */
    public double score(String text) {
        return score(text, InjectionDetector.words(text));
    }

    /**
     * What the sum of the weights is divided by: of a short text each piece says more, yet not all that much; a long one
     * holds a little of everything, and must not sound like an attack by its length.
     */
    public static double norm(int[] slots) {
        return Math.pow(slots.length + SHORT, LENGTH_POWER);
    }

    /** The slots of what the text holds, each once. Training takes them from here too. */
    public static int[] slots(String text) {
        return new Slots(text, InjectionDetector.words(text)).taken();
    }

    /** Collects the slots of one text. */
    private static final class Slots {
        private final long[] seen = new long[SLOTS / Long.SIZE];
        private int[] slots = new int[256];
        private int count;

        Slots(String text, Words words) {
            letters(text.substring(0, Math.min(text.length(), CHARS_MAX)).toLowerCase(Locale.ROOT));
            for (int at = 0; at < words.count && words.start[at] < CHARS_MAX; at++) {
                meanings(words, at);
            }
        }

        private void letters(String read) {
            int before = 0;
            int secondBefore = 0;
            int at = 0;
            while (at < read.length()) {
                if (!Character.isLetterOrDigit(read.charAt(at))) {
                    at++;
                    continue;
                }
                int end = at;
                int word = 0;
                while (end < read.length() && Character.isLetterOrDigit(read.charAt(end))) {
                    word = 31 * word + read.charAt(end++);
                }
                add(word ^ WORD_SALT);
                add((31 * before + word) ^ PAIR_SALT);
                add((31 * secondBefore + word) ^ SKIP_SALT);
                pieces(read, at, end);
                secondBefore = before;
                before = word;
                at = end;
            }
        }

        private void pieces(String read, int at, int end) {
            for (int from = at - 1; from <= end - PIECE_MIN + 1; from++) {
                int piece = 0;
                for (int i = from; i < from + PIECE_MAX && i <= end; i++) {
                    // A word begins and ends with a blank, whatever stands there.
                    piece = 31 * piece + (i < at || i == end ? ' ' : read.charAt(i));
                    if (i - from + 1 >= PIECE_MIN) {
                        add(piece * (i - from + 1));
                    }
                }
            }
        }

        /** What the word means, alone and after what each of the words before it means. */
        private void meanings(Words words, int at) {
            for (int meaning = next(words, at, 0); meaning < MEANINGS_MAX; meaning = next(words, at, meaning + 1)) {
                add((meaning + 1) * 0x2545f491 ^ MEANING_SALT);
                for (int near = Math.max(0, at - NEAR_WORDS); near < at; near++) {
                    for (int first = next(words, near, 0); first < MEANINGS_MAX; first = next(words, near, first + 1)) {
                        if (first != meaning) {
                            add(((first + 1) * 257 + meaning + 1) * 0x2545f491 ^ MEANINGS_SALT);
                        }
                    }
                }
            }
        }

        /** The first meaning of the word that is not below {@code from}, or {@link #MEANINGS_MAX}. */
        private static int next(Words words, int at, int from) {
            if (from < Long.SIZE) {
                long low = words.low[at] & -1L << from;
                return low != 0 ? Long.numberOfTrailingZeros(low) : Long.SIZE + Long.numberOfTrailingZeros(words.high[at]);
            }
            return from >= MEANINGS_MAX ? MEANINGS_MAX
                    : Long.SIZE + Long.numberOfTrailingZeros(words.high[at] & -1L << from);
        }

        private void add(int hash) {
            int slot = (hash * 0x9e3779b9) >>> Integer.SIZE - Integer.numberOfTrailingZeros(SLOTS);
            long bit = 1L << slot;
            if ((seen[slot >> 6] & bit) != 0) {
                return;
            }
            seen[slot >> 6] |= bit;
            if (count == slots.length) {
                slots = Arrays.copyOf(slots, 2 * count);
            }
            slots[count++] = slot;
        }

        int[] taken() {
            return Arrays.copyOf(slots, count);
        }
    }
}
