package dev.sightline.detectors.guard;

import java.util.Arrays;

/**
 * The words of a text as {@link Reading} folds them, each as a hash with its place in the original; characters of writing
 * without spaces count as words. For comparing texts word by word.
 */
final class FoldedWords {
    long[] hashes = new long[64];
    int[] start = new int[64];
    int[] end = new int[64];
    int count;

    FoldedWords(String text) {
        Reading reading = Reading.of(text);
        int i = 0;
        while (i < reading.length) {
            char c = reading.text[i];
            if (!Character.isLetterOrDigit(c)) {
                i++;
                continue;
            }
            int from = i;
            long hash = Lexicon.next(Lexicon.SEED, c);
            i++;
            if (!Lexicon.isUnspaced(c)) {
                while (i < reading.length && Character.isLetterOrDigit(reading.text[i])
                        && !Lexicon.isUnspaced(reading.text[i])) {
                    hash = Lexicon.next(hash, reading.text[i]);
                    i++;
                }
            }
            add(hash, reading.start[from], reading.end[i - 1]);
        }
    }

    private void add(long hash, int from, int to) {
        if (count == hashes.length) {
            hashes = Arrays.copyOf(hashes, count * 2);
            start = Arrays.copyOf(start, count * 2);
            end = Arrays.copyOf(end, count * 2);
        }
        hashes[count] = hash;
        start[count] = from;
        end[count] = to;
        count++;
    }
}
