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
import dev.sightline.query.filter.Expression.Pattern;
import dev.sightline.query.filter.Expression.Present;
import dev.sightline.query.filter.Expression.Span;
import dev.sightline.query.filter.Expression.Term;
import dev.sightline.query.filter.Expression.Text;
import dev.sightline.query.filter.Expression.Value;
import dev.sightline.query.filter.FilterField.Kind;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.stream.Collectors;

/** Writes an expression in the one form that {@link FilterParser} reads as the same expression. */
public final class FilterPrinter {
    private static final java.util.regex.Pattern PLAIN_KEY =
            java.util.regex.Pattern.compile("[\\p{L}\\p{N}_./@-]+");
    private static final java.util.regex.Pattern PLAIN_VALUE =
            java.util.regex.Pattern.compile("[\\p{L}\\p{N}_/@][\\p{L}\\p{N}_/@:-]*(\\.[\\p{L}\\p{N}_/@:-]+)*");

    private FilterPrinter() {
    }

    static String print(Expression expression) {
        return switch (expression) {
            case All all -> all.parts().stream().map(FilterPrinter::part).collect(Collectors.joining(" "));
            case Any any -> any.parts().stream().map(FilterPrinter::part).collect(Collectors.joining(" OR "));
            case Not not -> "-" + part(not.part());
            case Text text -> quote(text.text());
            case Term(FieldRef field, Present _) -> "has:" + print(field);
            case Term(FieldRef field, OneOf oneOf) -> print(field) + ":" + (oneOf.values().size() == 1
                    ? print(oneOf.values().getFirst(), field) : oneOf.values().stream()
                            .map(value -> print(value, field)).collect(Collectors.joining(",", "(", ")")));
            case Term(FieldRef field, Compare compare) ->
                    print(field) + ":" + compare.order().sign() + print(compare.value(), field);
            case Term(FieldRef field, Between between) ->
                    print(field) + ":" + print(between.from(), field) + ".." + print(between.to(), field);
        };
    }

    private static String part(Expression expression) {
        return switch (expression) {
            case All _, Any _ -> "(" + print(expression) + ")";
            case Not _, Text _, Term _ -> print(expression);
        };
    }

    private static String print(FieldRef field) {
        if (!field.field().isKeyed()) {
            return field.field().title();
        }
        String map = field.field().title().replace("KEY", "");
        return map + (PLAIN_KEY.matcher(field.key()).matches() ? field.key() : quote(field.key()));
    }

    private static String print(Value value, FieldRef field) {
        return switch (value) {
            case Exact(String text) -> PLAIN_VALUE.matcher(text).matches() ? text : quote(text);
            case Pattern pattern -> pattern.parts().stream()
                    .map(part -> part.isEmpty() || PLAIN_VALUE.matcher(part).matches() ? part : quote(part))
                    .collect(Collectors.joining("*"));
            case Numeric(var number) -> (field.field().kind() == Kind.MONEY ? "$" : "") + number.toPlainString()
                    + (field.field().kind() == Kind.DURATION ? "ms" : "");
            case Span(var from, var end) -> Duration.between(from, end).equals(Duration.ofDays(1))
                    ? from.atOffset(ZoneOffset.UTC).toLocalDate().toString() : from.toString();
        };
    }

    /** A text as a value of the query language, whatever is in it. */
    public static String quote(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t")
                .replace("\r", "\\r") + "\"";
    }
}
