package dev.sightline.query.trace;

import com.google.protobuf.ByteString;
import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.observation.v1.Level;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Query parameters as text made into values; every error names the parameter. Null and empty mean "not given". */
public final class Parameters {
    private Parameters() {
    }

    public static Optional<String> text(String value) {
        return Optional.ofNullable(value).filter(given -> !given.isBlank());
    }

    public static Optional<Instant> time(String field, String value) {
        return text(value).map(given -> {
            try {
                return OffsetDateTime.parse(given).toInstant();
            } catch (DateTimeException e) {
                throw ServiceException.invalid(field,
                        "is not an ISO-8601 time with an offset, such as 2026-11-23T09:00:00Z");
            }
        });
    }

    public static int number(String field, String value, int otherwise, int min, int max) {
        int number;
        try {
            number = text(value).map(Integer::parseInt).orElse(otherwise);
        } catch (NumberFormatException e) {
            number = min - 1;
        }
        if (number < min || number > max) {
            throw ServiceException.invalid(field, "must be a whole number, " + min + " to " + max);
        }
        return number;
    }

    public static Set<Level> levels(String field, String value) {
        Set<Level> levels = EnumSet.noneOf(Level.class);
        text(value).ifPresent(given -> Arrays.stream(given.split(",")).map(String::strip).forEach(name ->
                levels.add(switch (name.toUpperCase(Locale.ROOT)) {
                    case "DEBUG" -> Level.DEBUG;
                    case "DEFAULT" -> Level.DEFAULT;
                    case "WARNING" -> Level.WARNING;
                    case "ERROR" -> Level.ERROR;
                    default -> throw ServiceException.invalid(field,
                            "is a comma list of DEBUG, DEFAULT, WARNING and ERROR");
                })));
        return levels;
    }

    public static boolean flag(String field, String value, boolean otherwise) {
        return text(value).map(given -> switch (given.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw ServiceException.invalid(field, "must be true or false");
        }).orElse(otherwise);
    }

    public static ByteString traceId(String field, String value) {
        return id(field, value, 32, "a trace id");
    }

    public static ByteString spanId(String field, String value) {
        return id(field, value, 16, "a span id");
    }

    private static ByteString id(String field, String value, int digits, String what) {
        if (value.length() == digits) {
            try {
                return ByteString.copyFrom(HexFormat.of().parseHex(value));
            } catch (IllegalArgumentException e) {
                // Said below.
            }
        }
        throw ServiceException.invalid(field, "is not " + what + " of " + digits + " hexadecimal digits");
    }
}
