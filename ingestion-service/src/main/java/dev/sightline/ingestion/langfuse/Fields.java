package dev.sightline.ingestion.langfuse;

import dev.sightline.base.error.ServiceException;
import dev.sightline.base.id.ExternalIds;
import dev.sightline.ingestion.mapping.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The members of one JSON object as a client sent them, with the checks that turn them into values. A member that is
 * null is absent. Every getter answers null (or empty) for an absent member and throws {@link ServiceException} for one
 * of another type, naming it by its path in the request.
 */
final class Fields {
    /** What a member holds. Text has lost its quotes; the rest is JSON as it was written, without white space. */
    record Value(Kind kind, String text) {
        /** Langfuse's merge rule: `{}` says nothing. */
        boolean isEmptyObject() {
            return kind == Kind.OBJECT && text.equals("{}");
        }

        String json() {
            if (kind != Kind.TEXT) {
                return text;
            }
            StringBuilder json = new StringBuilder();
            Json.quote(json, text);
            return json.toString();
        }
    }

    enum Kind {
        TEXT, NUMBER, BOOLEAN, OBJECT, ARRAY;

        String words() {
            return switch (this) {
                case TEXT -> "text";
                case NUMBER -> "a number";
                case BOOLEAN -> "true or false";
                case OBJECT -> "an object";
                case ARRAY -> "an array";
            };
        }
    }

    private static final long NANOS_PER_SECOND = 1_000_000_000;
    /** As long as any number that means something: what is longer need not be parsed to be refused. */
    private static final int NUMBER_CHARS_MAX = 64;

    private final String path;
    private final Map<String, Value> values = new HashMap<>();

    /** @param path what stands before a member's name in messages, such as {@code body.} */
    Fields(String path) {
        this.path = path;
    }

    void put(String name, Value value) {
        values.put(name, value);
    }

    /** The member whatever it is; null where absent. */
    Value get(String name) {
        return values.get(name);
    }

    String text(String name) {
        Value value = values.get(name);
        if (value != null && value.kind != Kind.TEXT) {
            throw wrongType(name, Kind.TEXT, value);
        }
        return value == null ? null : value.text;
    }

    /** A text that must be there and say something. */
    String required(String name) {
        String text = text(name);
        if (text == null || text.isBlank()) {
            throw invalid(name, "is missing");
        }
        return text;
    }

    /** An id of any text, within {@link ExternalIds#CHARS_MAX}; null where absent or, as some clients send it, empty. */
    String id(String name) {
        String id = text(name);
        if (id != null && id.length() > ExternalIds.CHARS_MAX) {
            throw invalid(name, "has " + id.length() + " characters; an id has at most " + ExternalIds.CHARS_MAX);
        }
        return id == null || id.isEmpty() ? null : id;
    }

    Boolean flag(String name) {
        Value value = values.get(name);
        if (value != null && value.kind != Kind.BOOLEAN) {
            throw wrongType(name, Kind.BOOLEAN, value);
        }
        return value == null ? null : Boolean.valueOf(value.text);
    }

    /** A finite number. */
    Double number(String name) {
        Value value = values.get(name);
        if (value == null) {
            return null;
        }
        if (value.kind != Kind.NUMBER) {
            throw wrongType(name, Kind.NUMBER, value);
        }
        // NaN and Infinity come as texts.
        double number = value.text.length() > NUMBER_CHARS_MAX || value.text.charAt(0) == '"'
                ? Double.NaN : Double.parseDouble(value.text);
        if (!Double.isFinite(number)) {
            throw invalid(name, "is not a finite number");
        }
        return number;
    }

    /** A whole number from 0 to {@code max}. */
    Integer count(String name, int max) {
        Double number = number(name);
        if (number != null && !(number >= 0 && number <= max && number == Math.rint(number))) {
            throw invalid(name, "must be a whole number, 0 to " + max);
        }
        return number == null ? null : number.intValue();
    }

    /** A JSON object; null where absent or empty. */
    String object(String name) {
        Value value = values.get(name);
        if (value == null || value.isEmptyObject()) {
            return null;
        }
        if (value.kind != Kind.OBJECT) {
            throw wrongType(name, Kind.OBJECT, value);
        }
        return value.text;
    }

    List<String> texts(String name) {
        Value value = values.get(name);
        if (value == null) {
            return null;
        }
        if (value.kind != Kind.ARRAY) {
            throw wrongType(name, Kind.ARRAY, value);
        }
        List<String> elements = Json.elements(value.text);
        if (elements == null) {
            throw invalid(name, "must be an array of at most 10000 texts");
        }
        List<String> texts = new ArrayList<>(elements.size());
        for (String element : elements) {
            if (Json.firstChar(element) != '"') {
                throw invalid(name, "must be an array of texts");
            }
            texts.add(Json.unquote(element));
        }
        return texts;
    }

    /** Nanoseconds since 1970 of an ISO-8601 time; without an offset it is taken as UTC. */
    OptionalLong time(String name) {
        String text = text(name);
        if (text == null) {
            return OptionalLong.empty();
        }
        try {
            // Python prints a blank between date and time.
            String iso = text.length() > 10 && text.charAt(10) == ' '
                    ? text.substring(0, 10) + 'T' + text.substring(11) : text;
            TemporalAccessor time = DateTimeFormatter.ISO_DATE_TIME
                    .parseBest(iso, OffsetDateTime::from, LocalDateTime::from);
            Instant instant = time instanceof OffsetDateTime withOffset
                    ? withOffset.toInstant() : LocalDateTime.from(time).toInstant(ZoneOffset.UTC);
            return OptionalLong.of(Math.addExact(
                    Math.multiplyExact(instant.getEpochSecond(), NANOS_PER_SECOND), instant.getNano()));
        } catch (DateTimeException | ArithmeticException _) {
            throw invalid(name, "is not an ISO-8601 time, such as 2026-11-23T09:00:00.000Z");
        }
    }

    /** A word of an enum, whatever its case, in upper case. */
    String word(String name) {
        String word = text(name);
        return word == null ? null : word.strip().toUpperCase(Locale.ROOT);
    }

    ServiceException invalid(String name, String message) {
        return ServiceException.invalid(path + name, message);
    }

    private ServiceException wrongType(String name, Kind wanted, Value value) {
        return invalid(name, "must be " + wanted.words() + ", not " + value.kind.words());
    }
}
