package dev.sightline.ingestion.mapping;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the short fields short: names, ids and versions stand in the table that every list reads, so none of them may
 * be a document. What is longer is cut and the field remembered, so that the observation can say so.
 */
public final class Cuts {
    /** Names, ids, versions, models. */
    public static final int SHORT_CHARS_MAX = 1_000;
    /** Status messages: an error with its stack. */
    static final int MESSAGE_CHARS_MAX = 20_000;

    private List<String> fields;

    public String name(String field, String value) {
        return cut(field, value, SHORT_CHARS_MAX);
    }

    public String message(String field, String value) {
        return cut(field, value, MESSAGE_CHARS_MAX);
    }

    private String cut(String field, String value, int max) {
        if (value.length() <= max) {
            return value;
        }
        if (fields == null) {
            fields = new ArrayList<>();
        }
        fields.add(field);
        return value.substring(0, Character.isHighSurrogate(value.charAt(max - 1)) ? max - 1 : max);
    }

    /** The fields that were cut, joined by commas; empty for nearly all spans. */
    public String fields() {
        return fields == null ? "" : String.join(",", fields);
    }
}
