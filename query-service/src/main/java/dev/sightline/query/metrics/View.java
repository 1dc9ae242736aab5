package dev.sightline.query.metrics;

import java.util.Locale;

/** What a metrics query counts. */
public enum View {
    OBSERVATIONS, TRACES, SCORES;

    /** As it is written in requests. */
    public String title() {
        return name().toLowerCase(Locale.ROOT);
    }
}
