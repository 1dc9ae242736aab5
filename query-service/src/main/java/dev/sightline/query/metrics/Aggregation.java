package dev.sightline.query.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What is made of a measure's values. */
public enum Aggregation {
    SUM(Double.NaN), AVG(Double.NaN), COUNT(Double.NaN), MIN(0), MAX(1), P50(0.5), P75(0.75), P90(0.9), P95(0.95),
    P99(0.99), HISTOGRAM(Double.NaN);

    static final List<Aggregation> ALL = List.of(values());

    private final double quantile;

    Aggregation(double quantile) {
        this.quantile = quantile;
    }

    static Optional<Aggregation> named(String title) {
        return Arrays.stream(values()).filter(each -> each.title().equals(title)).findFirst();
    }

    /** As it is written in requests. */
    public String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean isQuantile() {
        return !Double.isNaN(quantile);
    }

    /** SQL of the place in a sorted list of {@code total} values, from 1. */
    String rank(String total) {
        return "greatest(1, ceil(" + quantile + " * " + total + "))";
    }
}
