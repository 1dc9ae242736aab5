package dev.sightline.query.filter;

import dev.sightline.query.filter.Expression.All;
import dev.sightline.query.filter.Expression.Any;
import dev.sightline.query.filter.Expression.Between;
import dev.sightline.query.filter.Expression.Compare;
import dev.sightline.query.filter.Expression.Exact;
import dev.sightline.query.filter.Expression.FieldRef;
import dev.sightline.query.filter.Expression.Not;
import dev.sightline.query.filter.Expression.Numeric;
import dev.sightline.query.filter.Expression.OneOf;
import dev.sightline.query.filter.Expression.Order;
import dev.sightline.query.filter.Expression.Pattern;
import dev.sightline.query.filter.Expression.Present;
import dev.sightline.query.filter.Expression.Span;
import dev.sightline.query.filter.Expression.Term;
import dev.sightline.query.filter.Expression.Test;
import dev.sightline.query.filter.Expression.Text;
import dev.sightline.query.filter.Expression.Value;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/** Any expression that a filter can hold, over texts and numbers that {@code vocabulary} gives for a field. */
final class RandomFilter {
    private final Random random;
    private final Function<FilterField, String> words;
    private final Function<FilterField, String> keys;
    private final Instant day;

    RandomFilter(Random random, Function<FilterField, String> words, Function<FilterField, String> keys, Instant day) {
        this.random = random;
        this.words = words;
        this.keys = keys;
        this.day = day;
    }

    Expression next(int depth) {
        int kind = depth == 0 ? 9 : random.nextInt(10);
        if (kind < 2) {
            return new All(parts(depth, All.class));
        }
        if (kind < 4) {
            return new Any(parts(depth, Any.class));
        }
        if (kind < 5) {
            return new Not(next(depth - 1));
        }
        return random.nextInt(6) == 0 ? new Text(words.apply(null)) : term();
    }

    private List<Expression> parts(int depth, Class<? extends Expression> not) {
        List<Expression> parts = new ArrayList<>();
        int count = 2 + random.nextInt(2);
        while (parts.size() < count) {
            Expression part = next(depth - 1);
            if (!not.isInstance(part)) {
                parts.add(part);
            }
        }
        return parts;
    }

    private Term term() {
        FilterField field = FilterField.values()[random.nextInt(FilterField.values().length)];
        return new Term(new FieldRef(field, field.isKeyed() ? keys.apply(field) : ""), test(field));
    }

    private Test test(FilterField field) {
        int kind = random.nextInt(6);
        if (kind == 0) {
            return new Present();
        }
        if (kind < 3 && field.kind().isOrdered()) {
            return new Compare(Order.values()[random.nextInt(4)], number(field));
        }
        if (kind == 3 && field.kind().isOrdered()) {
            Value one = number(field);
            Value other = number(field);
            boolean ordered = switch (one) {
                case Numeric(BigDecimal a) -> a.compareTo(((Numeric) other).number()) <= 0;
                case Span(Instant a, _) -> !((Span) other).from().isBefore(a);
                case Exact _, Pattern _ -> throw new IllegalStateException();
            };
            return ordered ? new Between(one, other) : new Between(other, one);
        }
        List<Value> values = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            values.add(value(field));
        }
        return new OneOf(values);
    }

    private Value value(FilterField field) {
        return switch (field.kind()) {
            case COUNT, DURATION, MONEY, TIME -> number(field);
            case FLAG -> new Exact(random.nextBoolean() ? "true" : "false");
            case CHOICE, CONTENT -> new Exact(words.apply(field));
            case ID, TEXT, TAGS, KEYED_TEXT, SCORE -> {
                String word = words.apply(field);
                int cut = random.nextInt(word.length());
                // Never between the halves of one character.
                boolean whole = cut == 0 || !Character.isLowSurrogate(word.charAt(cut));
                yield random.nextInt(4) > 0 || !whole ? new Exact(word) : switch (random.nextInt(3)) {
                    case 0 -> cut == 0 ? new Exact(word) : new Pattern(List.of(word.substring(0, cut), ""));
                    case 1 -> new Pattern(List.of("", word.substring(cut)));
                    default -> new Pattern(List.of(word.substring(0, cut), word.substring(cut)));
                };
            }
        };
    }

    private Value number(FilterField field) {
        return switch (field.kind()) {
            case COUNT -> new Numeric(new BigDecimal(random.nextInt(6) * 10));
            case DURATION -> new Numeric(new BigDecimal(random.nextInt(30)).divide(new BigDecimal(10)));
            case MONEY, KEYED_TEXT, SCORE -> new Numeric(new BigDecimal(random.nextInt(9) - 2)
                    .divide(new BigDecimal(4)));
            case TIME -> {
                Instant from = day.plusMillis(random.nextInt(5_000));
                yield random.nextBoolean() ? new Span(day, day.plus(1, ChronoUnit.DAYS))
                        : new Span(from, from.plusNanos(1));
            }
            case ID, TEXT, CHOICE, TAGS, FLAG, CONTENT -> throw new IllegalStateException();
        };
    }
}
