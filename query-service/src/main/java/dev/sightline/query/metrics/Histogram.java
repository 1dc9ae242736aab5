package dev.sightline.query.metrics;

import java.util.ArrayList;
import java.util.List;

/** A distribution as bars: each from a value to a value, with the number of values in it. */
public final class Histogram {
    private Histogram() {
    }

    /** A bar; its lower end belongs to it, its upper end only in the last. */
    public record Bin(double from, double to, long count) {
    }

    /**
     * At most {@code bins} bars of equal width.
     *
     * @param counted ascending values, then how many there are up to and including each: {@code 1,2.5;3,7}
     */
    static List<Bin> of(String counted, int bins) {
        int middle = counted.indexOf(';');
        if (middle <= 0) {
            return List.of();
        }
        String[] texts = counted.substring(0, middle).split(",");
        String[] upTo = counted.substring(middle + 1).split(",");
        List<double[]> present = new ArrayList<>();
        long before = 0;
        for (int i = 0; i < texts.length; i++) {
            long count = Long.parseLong(upTo[i]) - before;
            before += count;
            if (count > 0) {
                present.add(new double[] {Double.parseDouble(texts[i]), count});
            }
        }
        if (present.isEmpty()) {
            return List.of();
        }
        double min = present.getFirst()[0];
        double max = present.getLast()[0];
        if (min == max) {
            return List.of(new Bin(min, max, before));
        }
        long[] counts = new long[bins];
        for (double[] value : present) {
            counts[Math.min(bins - 1, (int) ((value[0] - min) / (max - min) * bins))] += (long) value[1];
        }
        List<Bin> bars = new ArrayList<>();
        for (int i = 0; i < bins; i++) {
            bars.add(new Bin(min + (max - min) * i / bins, i == bins - 1 ? max : min + (max - min) * (i + 1) / bins,
                    counts[i]));
        }
        return bars;
    }
}
