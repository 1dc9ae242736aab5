package dev.sightline.query.filter;

import dev.sightline.base.error.ServiceException;
import dev.sightline.query.filter.Expression.Between;
import dev.sightline.query.filter.Expression.Exact;
import dev.sightline.query.filter.Expression.Numeric;
import dev.sightline.query.filter.Expression.Pattern;
import dev.sightline.query.filter.Expression.Span;
import dev.sightline.query.filter.Expression.Value;
import dev.sightline.query.filter.FilterField.Kind;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a word means as a value of a field; errors name the word's place and what would fit. */
final class Values {
    private static final Map<String, BigDecimal> MILLIS = Map.of("ns", new BigDecimal("0.000001"),
            "us", new BigDecimal("0.001"), "µs", new BigDecimal("0.001"), "ms", BigDecimal.ONE,
            "", new BigDecimal(1_000), "s", new BigDecimal(1_000), "m", new BigDecimal(60_000),
            "h", new BigDecimal(3_600_000), "d", new BigDecimal(86_400_000));
    private static final Map<String, BigDecimal> COUNTS = Map.of("", BigDecimal.ONE, "k", new BigDecimal(1_000),
            "K", new BigDecimal(1_000), "M", new BigDecimal(1_000_000));
    private static final Map<String, BigDecimal> PLAIN = Map.of("", BigDecimal.ONE);
    private static final List<String> TYPES = List.of("span", "generation", "event", "agent", "tool", "chain",
            "retriever", "evaluator", "embedding", "guardrail");
    private static final List<String> LEVELS = List.of("DEBUG", "DEFAULT", "WARNING", "ERROR");
    private static final List<String> SOURCES = List.of("feedback", "evaluator", "annotation", "api");
    /** What a decimal number of ClickHouse and a sum of it can hold. */
    private static final int DIGITS_MAX = 15;
    private static final int DECIMALS_MAX = 12;
    private static final BigDecimal MILLIS_MAX = new BigDecimal(30_000L * 86_400_000L);
    /** Decimals of a millisecond. */
    private static final int NANOS_SCALE = 6;
    private static final Instant EARLIEST = Instant.parse("1970-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2261-01-01T00:00:00Z");

    private final FilterField field;
    private final int position;
    private final int length;

    Values(FilterField field, int position, int length) {
        this.field = field;
        this.position = position;
        this.length = length;
    }

    /** A value to be equal to. */
    Value equal(FilterParser.Word word) {
        if (word.parts().size() > 1) {
            if (!field.kind().takesPatterns()) {
                throw error("takes no '*'; put the value into quotes if it is meant");
            }
            if (word.parts().stream().allMatch(String::isEmpty)) {
                throw error("takes more than '*'; write has:" + field.title() + " for any value");
            }
            return new Pattern(word.parts());
        }
        String text = word.text();
        return switch (field.kind()) {
            case ID, TEXT, TAGS, KEYED_TEXT, SCORE, CONTENT -> exact(text);
            case CHOICE -> choice(text);
            case FLAG -> flag(text);
            case COUNT, DURATION, MONEY, TIME -> ordered(text);
        };
    }

    Value ordered(FilterParser.Word word) {
        if (word.parts().size() > 1) {
            throw error("takes no '*' in a comparison");
        }
        return ordered(word.text());
    }

    /** A value to be compared with. */
    Value ordered(String text) {
        return switch (field.kind()) {
            case COUNT -> {
                BigDecimal count = number(text, COUNTS, "a whole number such as 500, 10k or 1.5M");
                if (count.stripTrailingZeros().scale() > 0) {
                    throw error("takes a whole number");
                }
                yield new Numeric(count);
            }
            case DURATION -> {
                BigDecimal millis = number(text, MILLIS, "a duration such as 250ms, 2s, 1.5m or 1h");
                if (millis.scale() > NANOS_SCALE || millis.abs().compareTo(MILLIS_MAX) > 0) {
                    throw error("takes whole nanoseconds and up to 30000 days");
                }
                yield new Numeric(millis);
            }
            case MONEY -> new Numeric(number(text.startsWith("$") ? text.substring(1) : text, COUNTS,
                    "an amount of US dollars such as 0.05 or $2"));
            case KEYED_TEXT, SCORE -> new Numeric(number(text, PLAIN, "a number in a comparison, such as 0.5"));
            case TIME -> time(text);
            case ID, TEXT, CHOICE, TAGS, FLAG, CONTENT ->
                    throw new IllegalStateException(field + " is not ordered");
        };
    }

    Between between(Value from, Value to) {
        boolean ordered = switch (from) {
            case Numeric least -> to instanceof Numeric most && least.number().compareTo(most.number()) <= 0;
            case Span first -> to instanceof Span last && !last.from().isBefore(first.from());
            case Exact _, Pattern _ -> false;
        };
        if (!ordered) {
            throw error("has a range whose end is before its beginning");
        }
        return new Between(from, to);
    }

    /** Two dots are a range wherever both sides can be its ends; a text of a map may have dots of its own. */
    boolean mayBeRange(String from, String to) {
        return switch (field.kind()) {
            case COUNT, DURATION, MONEY, TIME -> !from.isEmpty() || !to.isEmpty();
            case KEYED_TEXT, SCORE -> (!from.isEmpty() || !to.isEmpty())
                    && (from.isEmpty() || isNumber(from)) && (to.isEmpty() || isNumber(to));
            case ID, TEXT, CHOICE, TAGS, FLAG, CONTENT -> false;
        };
    }

    private Exact exact(String text) {
        if (text.isEmpty() || field.kind() == Kind.CONTENT && text.isBlank()) {
            throw error("takes no empty text; write -has:" + field.title() + " for what has no value");
        }
        return new Exact(text);
    }

    private Exact choice(String text) {
        List<String> choices = switch (field) {
            case LEVEL -> LEVELS;
            case SCORE_SOURCE -> SOURCES;
            default -> TYPES;
        };
        return new Exact(choices.stream().filter(choice -> choice.equalsIgnoreCase(text)).findFirst()
                .orElseThrow(() -> error("takes one of " + String.join(", ", choices))));
    }

    private Exact flag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes" -> new Exact("true");
            case "false", "no" -> new Exact("false");
            default -> throw error("takes true or false");
        };
    }

    private BigDecimal number(String text, Map<String, BigDecimal> units, String expected) {
        int end = 0;
        while (end < text.length() && "+-.0123456789".indexOf(text.charAt(end)) >= 0) {
            end++;
        }
        BigDecimal unit = units.get(text.substring(end));
        Optional<BigDecimal> number = decimal(text.substring(0, end));
        if (unit == null || number.isEmpty()) {
            throw error("takes " + expected);
        }
        BigDecimal value = number.get().multiply(unit).stripTrailingZeros();
        if (value.precision() - value.scale() > DIGITS_MAX || value.scale() > DECIMALS_MAX) {
            throw error("takes numbers of up to " + DIGITS_MAX + " digits and " + DECIMALS_MAX + " decimals");
        }
        return value;
    }

    private static boolean isNumber(String text) {
        return decimal(text).isPresent();
    }

    static Optional<BigDecimal> decimal(String text) {
        boolean digits = text.chars().anyMatch(c -> c >= '0' && c <= '9');
        boolean known = text.chars().allMatch(c -> c >= '0' && c <= '9' || c == '.' || c == '-' || c == '+');
        try {
            return digits && known ? Optional.of(new BigDecimal(text)) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private Span time(String text) {
        Instant from;
        Instant end;
        try {
            if (text.indexOf('T') < 0 && text.indexOf('t') < 0) {
                LocalDate date = LocalDate.parse(text);
                from = date.atStartOfDay(ZoneOffset.UTC).toInstant();
                end = date.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
            } else {
                from = OffsetDateTime.parse(text).toInstant();
                end = from.plusNanos(1);
            }
        } catch (DateTimeException e) {
            throw error("takes a date such as 2026-11-26 or a time with an offset such as 2026-11-26T09:00:00Z");
        }
        if (from.isBefore(EARLIEST) || end.isAfter(LATEST)) {
            throw error("takes times between 1970 and 2260");
        }
        return new Span(from, end);
    }

    private ServiceException error(String message) {
        return FilterParser.error(position, length, field.title() + " " + message);
    }
}
