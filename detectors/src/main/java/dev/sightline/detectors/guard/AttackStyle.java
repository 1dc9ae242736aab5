package dev.sightline.detectors.guard;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/**
 * How much a prompt sounds like an attack: a logistic regression over the words, the pairs of words and the pieces of
 * three to five letters of its first {@value #CHARS_MAX} characters, each counted once and hashed to one of
 * {@value #SLOTS} weights. It knows no intent and no place, and speaks of a prompt as a whole: of an attack inside a page
 * it hears nothing. The weights come from {@code ./benchmarks/run train-guard}; ADR 0018 says from which texts, and what
 * it finds of those it was not shown. Immutable, thread-safe; linear in the text.
 */
public final class AttackStyle {
    /** A power of two. */
    public static final int SLOTS = 1 << 17;
    /** Where the weights lie; gzip of the bias, the scale (floats) and one signed byte for each slot. */
    public static final String RESOURCE = "attack-style.bin.gz";

    static final int CHARS_MAX = 2_000;
    private static final int SHORT = 60;
    private static final int PIECE_MIN = 3;
    private static final int PIECE_MAX = 5;
    private static final int WORD_SALT = 0x5bd1e995;
    private static final int PAIR_SALT = 0x1b873593;

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

    /** 0 to 1. */
    public double score(String text) {
        int[] slots = slots(text);
        long sum = 0;
        for (int slot : slots) {
            sum += weights[slot];
        }
        return 1 / (1 + Math.exp(-bias - scale * sum / norm(slots)));
    }

    /** What the sum of the weights is divided by: of a short text each piece says more, yet not all that much. */
    public static double norm(int[] slots) {
        return Math.sqrt(slots.length + SHORT);
    }

    /** The slots of what the text holds, each once. Training takes them from here too. */
    public static int[] slots(String text) {
        String read = text.substring(0, Math.min(text.length(), CHARS_MAX)).toLowerCase(Locale.ROOT);
        long[] seen = new long[SLOTS / Long.SIZE];
        int[] slots = new int[64];
        int count = 0;
        int before = 0;
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
            int pieces = PIECE_MAX * (end - at + 2) + 2;
            if (count + pieces > slots.length) {
                slots = Arrays.copyOf(slots, Math.max(2 * slots.length, count + pieces));
            }
            count = add(slots, count, seen, word ^ WORD_SALT);
            count = add(slots, count, seen, (31 * before + word) ^ PAIR_SALT);
            for (int from = at - 1; from <= end - PIECE_MIN + 1; from++) {
                int piece = 0;
                for (int i = from; i < from + PIECE_MAX && i <= end; i++) {
                    // A word begins and ends with a blank, whatever stands there.
                    piece = 31 * piece + (i < at || i == end ? ' ' : read.charAt(i));
                    if (i - from + 1 >= PIECE_MIN) {
                        count = add(slots, count, seen, piece * (i - from + 1));
                    }
                }
            }
            before = word;
            at = end;
        }
        return Arrays.copyOf(slots, count);
    }

    private static int add(int[] slots, int count, long[] seen, int hash) {
        int slot = (hash * 0x9e3779b9) >>> Integer.SIZE - Integer.numberOfTrailingZeros(SLOTS);
        long bit = 1L << slot;
        if ((seen[slot >> 6] & bit) != 0) {
            return count;
        }
        seen[slot >> 6] |= bit;
        slots[count] = slot;
        return count + 1;
    }
}
