package dev.sightline.query.filter;

import static dev.sightline.query.trace.TraceQueries.TIME;
import static dev.sightline.query.trace.TraceQueries.hex;
import static dev.sightline.query.trace.TraceQueries.nanos;
import static dev.sightline.query.trace.TraceQueries.unixNano;

import dev.sightline.base.id.ExternalIds;
import dev.sightline.query.auth.ProjectScope;
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
import dev.sightline.query.store.Condition;
import dev.sightline.query.trace.TraceSql;
import dev.sightline.storage.observation.ObservationTable;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A filter's expression as SQL with bound values, of one project and a span of time. A field is found in one of three
 * places: in a row of `observations`, in what a trace's rows add up to, or elsewhere: in content, messages or scores.
 */
final class FilterSql {
    private static final String NO_TRACE = "toFixedString('', 16)";
    private static final String NO_SPAN = "toFixedString('', 8)";
    private static final String HAS_END = "toUnixTimestamp64Nano(end_time) > 0";
    private static final String HAS_FIRST_TOKEN = "toUnixTimestamp64Nano(completion_start_time) > 0";
    private static final BigDecimal NANOS_PER_MILLI = new BigDecimal(1_000_000);
    private static final int ID_DIGITS_MIN = 8;
    /** How content names a message. ADR 0007. */
    private static final String REFERENCE = "concat('\\x1A', left(base64URLEncode(hash), 22))";
    private static final List<String> SAID = List.of("input", "output", "tool_definitions");

    private final ProjectScope scope;
    private final Instant from;
    private final Instant to;

    /** From inclusive, to exclusive; null where the span of time is open. */
    FilterSql(ProjectScope scope, Instant from, Instant to) {
        this.scope = scope;
        this.from = from;
        this.to = to;
    }

    private enum Place { ROW, SUM, ELSEWHERE }

    private static Place place(FilterField field) {
        return switch (field) {
            case OBSERVATION_ID, PARENT_ID, NAME, TRACE_NAME, OBSERVATION_NAME, TYPE, LEVEL, STATUS_MESSAGE, MODEL,
                    PROVIDER, USER, SESSION, ENVIRONMENT, RELEASE, VERSION, TAG, SERVICE, TOOL, AGENT, PROMPT,
                    PROMPT_VERSION, ERROR, FINISH_REASON, EXPERIMENT, DATASET, ROOT, PUBLIC, TIME_TO_FIRST_TOKEN,
                    METADATA -> Place.ROW;
            case LATENCY, TOKENS, INPUT_TOKENS, OUTPUT_TOKENS, COST, START -> Place.SUM;
            case TRACE_ID, ATTRIBUTE, RESOURCE, SCORE, EVALUATOR, SCORE_SOURCE, INPUT, OUTPUT -> Place.ELSEWHERE;
        };
    }

    /** Of a row of `observations`. */
    Condition onObservation(Expression expression) {
        return switch (expression) {
            case All all -> Condition.all(all.parts().stream().map(this::onObservation).toList());
            case Any any -> Condition.any(any.parts().stream().map(this::onObservation).toList());
            case Not not -> onObservation(not.part()).not();
            case Text text -> Condition.any(List.of(rowSays(text), saidBy(text.text(), SAID)));
            case Term term -> switch (place(term.field().field())) {
                case ROW, SUM -> row(term);
                case ELSEWHERE -> elsewhereOfObservation(term);
            };
        };
    }

    /**
     * Of a trace's id. What is said elsewhere names the traces; what rows say is asked once for all terms together, of
     * those rows only that fulfil one of them; sums need all rows of the traces that the rest has left over.
     */
    Condition onTrace(Expression expression) {
        List<Expression> elsewhere = new ArrayList<>();
        List<Expression> rows = new ArrayList<>();
        List<Expression> sums = new ArrayList<>();
        for (Expression part : expression instanceof All all ? all.parts() : List.of(expression)) {
            List<Place> places = places(part).toList();
            (places.contains(Place.SUM) ? sums : places.contains(Place.ROW) ? rows : elsewhere).add(part);
        }
        List<Condition> conditions = new ArrayList<>();
        elsewhere.forEach(part -> conditions.add(ofGroup(part)));
        if (!rows.isEmpty()) {
            conditions.add(grouped(rows, relevant(rows)));
        }
        if (sums.isEmpty()) {
            return Condition.all(conditions);
        }
        return grouped(sums, conditions.isEmpty() ? Optional.empty() : Optional.of(Condition.all(conditions)));
    }

    /** Of a row of `scores`: what is asked of scores means this one, all else the trace that it is about. */
    Condition onScore(Expression expression) {
        return switch (expression) {
            case All all -> Condition.all(all.parts().stream().map(this::onScore).toList());
            case Any any -> Condition.any(any.parts().stream().map(this::onScore).toList());
            case Not not -> onScore(not.part()).not();
            case Text _ -> onTrace(expression);
            case Term term -> switch (term.field().field()) {
                case SCORE, EVALUATOR, SCORE_SOURCE -> score(term);
                default -> onTrace(term);
            };
        };
    }

    private Stream<Place> places(Expression expression) {
        return switch (expression) {
            case All all -> all.parts().stream().flatMap(this::places);
            case Any any -> any.parts().stream().flatMap(this::places);
            case Not not -> places(not.part());
            case Text _ -> Stream.of(Place.ELSEWHERE);
            case Term term -> Stream.of(place(term.field().field()));
        };
    }

    private Condition grouped(List<Expression> parts, Optional<Condition> rows) {
        List<Condition> where = new ArrayList<>(window("start_time"));
        rows.ifPresent(where::add);
        if (rows.isPresent() && parts.size() == 1 && parts.getFirst() instanceof Term one
                && place(one.field().field()) == Place.ROW) {
            return in("trace_id", select("trace_id", ObservationTable.CURRENT, where));
        }
        Condition having = Condition.all(parts.stream().map(this::ofGroup).toList());
        return select("trace_id", ObservationTable.CURRENT, where, "\nGROUP BY trace_id\nHAVING ", having)
                .within("trace_id IN (", ")");
    }

    /** Of the rows that have one trace id. */
    private Condition ofGroup(Expression expression) {
        return switch (expression) {
            case All all -> Condition.all(all.parts().stream().map(this::ofGroup).toList());
            case Any any -> Condition.any(any.parts().stream().map(this::ofGroup).toList());
            case Not not -> ofGroup(not.part()).not();
            case Text text -> textOfTrace(text);
            case Term term -> switch (place(term.field().field())) {
                case ROW -> row(term).within("countIf(", ") > 0");
                case SUM -> sum(term);
                case ELSEWHERE -> elsewhereOfTrace(term);
            };
        };
    }

    /** The rows without which none of the parts is true; empty where a part can be true of rows that fulfil nothing. */
    private Optional<Condition> relevant(List<Expression> parts) {
        return parts.stream().allMatch(FilterSql::isTrueOfNothing) ? Optional.empty()
                : Optional.of(Condition.any(parts.stream().flatMap(this::leaves).toList()));
    }

    private static boolean isTrueOfNothing(Expression expression) {
        return switch (expression) {
            case All all -> all.parts().stream().allMatch(FilterSql::isTrueOfNothing);
            case Any any -> any.parts().stream().anyMatch(FilterSql::isTrueOfNothing);
            case Not not -> !isTrueOfNothing(not.part());
            case Text _, Term _ -> false;
        };
    }

    private Stream<Condition> leaves(Expression expression) {
        return switch (expression) {
            case All all -> all.parts().stream().flatMap(this::leaves);
            case Any any -> any.parts().stream().flatMap(this::leaves);
            case Not not -> leaves(not.part());
            case Text text -> Stream.of(textOfTrace(text));
            case Term term -> Stream.of(place(term.field().field()) == Place.ROW ? row(term) : elsewhereOfTrace(term));
        };
    }

    // Rows of `observations`.

    private Condition row(Term term) {
        FilterField field = term.field().field();
        String column = field.column();
        return switch (field) {
            case OBSERVATION_ID, PARENT_ID -> id(column, term.test(),
                    text -> hex(ExternalIds.observationId(text)), NO_SPAN);
            case NAME -> texts(List.of("name", "trace_name"), term.test());
            case EXPERIMENT -> texts(List.of("experiment_id", "experiment_name"), term.test());
            case TAG -> tags(term.test());
            case ROOT, PUBLIC -> flag(column, term.test());
            case LEVEL -> term.test() instanceof Present ? Condition.TRUE : texts(List.of("level"), term.test());
            case TRACE_NAME, OBSERVATION_NAME, TYPE, STATUS_MESSAGE, MODEL, PROVIDER, USER, SESSION, ENVIRONMENT,
                    RELEASE, VERSION, SERVICE, TOOL, AGENT, PROMPT, ERROR, FINISH_REASON, DATASET ->
                    texts(List.of(column), term.test());
            case PROMPT_VERSION, TOKENS, INPUT_TOKENS, OUTPUT_TOKENS, COST, START -> ordered(field, column, term.test());
            case LATENCY -> reported(HAS_END, field, term.test());
            case TIME_TO_FIRST_TOKEN -> reported(HAS_FIRST_TOKEN, field, term.test());
            case METADATA -> keyed(column, term);
            case TRACE_ID, ATTRIBUTE, RESOURCE, SCORE, EVALUATOR, SCORE_SOURCE, INPUT, OUTPUT ->
                    throw new IllegalStateException(field + " is not in a row of observations");
        };
    }

    /** What a trace's rows add up to, as lists of traces show it. */
    private Condition sum(Term term) {
        FilterField field = term.field().field();
        String expression = switch (field) {
            case LATENCY -> "(" + nanos(TraceSql.END) + " - " + nanos(TraceSql.START) + ")";
            case TOKENS -> TraceSql.TOTAL_TOKENS;
            case INPUT_TOKENS -> TraceSql.INPUT_TOKENS;
            case OUTPUT_TOKENS -> TraceSql.OUTPUT_TOKENS;
            case COST -> TraceSql.TOTAL_COST;
            case START -> TraceSql.START;
            default -> throw new IllegalStateException(field + " is no sum");
        };
        return ordered(field, expression, term.test());
    }

    private static Condition reported(String has, FilterField field, Test test) {
        return test instanceof Present ? Condition.of(has)
                : Condition.of(has).and(ordered(field, field.column(), test));
    }

    private static Condition ordered(FilterField field, String expression, Test test) {
        return switch (test) {
            case Present _ -> switch (field) {
                case START, LATENCY -> Condition.TRUE;
                default -> Condition.of(expression + " != 0");
            };
            case OneOf oneOf -> Condition.any(oneOf.values().stream().map(value -> between(field, expression,
                    value, value)).toList());
            case Between between -> between(field, expression, between.from(), between.to());
            case Compare compare -> compare(field, expression, compare.order(), compare.value());
        };
    }

    private static Condition between(FilterField field, String expression, Value from, Value to) {
        return compare(field, expression, Order.AT_LEAST, from).and(compare(field, expression, Order.AT_MOST, to));
    }

    private static Condition compare(FilterField field, String expression, Order order, Value value) {
        return switch (value) {
            case Numeric(BigDecimal number) -> switch (field.kind()) {
                case COUNT -> Condition.of(expression + " " + order.sign() + " ?", number.longValueExact());
                case DURATION -> Condition.of(expression + " " + order.sign() + " ?",
                        number.multiply(NANOS_PER_MILLI).longValueExact());
                case MONEY -> Condition.of(expression + " " + order.sign() + " toDecimal128(?, 12)",
                        number.toPlainString());
                case KEYED_TEXT, SCORE -> Condition.of("ifNull(" + expression + " " + order.sign() + " toFloat64(?), 0)",
                        number.toPlainString());
                case ID, TEXT, CHOICE, TAGS, FLAG, TIME, CONTENT -> throw new IllegalStateException(field.toString());
            };
            case Span(Instant begin, Instant end) -> switch (order) {
                case LESS -> Condition.of(expression + " < " + TIME, unixNano(begin));
                case AT_MOST -> Condition.of(expression + " < " + TIME, unixNano(end));
                case MORE -> Condition.of(expression + " >= " + TIME, unixNano(end));
                case AT_LEAST -> Condition.of(expression + " >= " + TIME, unixNano(begin));
            };
            case Exact _, Pattern _ -> throw new IllegalStateException(field + " has no order");
        };
    }

    private static Condition texts(List<String> expressions, Test test) {
        return switch (test) {
            case Present _ -> Condition.any(expressions.stream().map(text -> Condition.of(text + " != ''")).toList());
            case OneOf oneOf -> Condition.any(expressions.stream().map(text -> oneOf(text, oneOf)).toList());
            case Compare _, Between _ -> throw new IllegalStateException("a text has no order");
        };
    }

    private static Condition oneOf(String expression, OneOf oneOf) {
        List<Object> exact = new ArrayList<>();
        List<Condition> any = new ArrayList<>();
        for (Value value : oneOf.values()) {
            switch (value) {
                case Exact(String text) -> exact.add(text);
                case Pattern pattern -> any.add(Condition.of(expression + " LIKE ?", like(pattern)));
                case Numeric _, Span _ -> throw new IllegalStateException("not a text");
            }
        }
        if (!exact.isEmpty()) {
            any.add(new Condition(expression + " IN (" + marks(exact.size()) + ")", exact));
        }
        return Condition.any(any);
    }

    private static Condition tags(Test test) {
        if (!(test instanceof OneOf oneOf)) {
            return Condition.of("notEmpty(tags)");
        }
        return Condition.any(oneOf.values().stream().map(value -> switch (value) {
            case Exact(String text) -> Condition.of("has(tags, ?)", text);
            case Pattern pattern -> Condition.of("arrayExists(tag -> tag LIKE ?, tags)", like(pattern));
            case Numeric _, Span _ -> throw new IllegalStateException("not a text");
        }).toList());
    }

    private static Condition flag(String column, Test test) {
        Condition set = Condition.of("(" + column + ")");
        return test instanceof OneOf oneOf ? Condition.any(oneOf.values().stream()
                .map(value -> value.equals(new Exact("true")) ? set : set.not()).toList()) : set;
    }

    private static Condition id(String column, Test test, UnaryOperator<String> hexOf, String none) {
        if (!(test instanceof OneOf oneOf)) {
            return Condition.of(column + " != " + none);
        }
        return Condition.any(oneOf.values().stream().map(value -> switch (value) {
            case Exact(String text) -> Condition.of(column + " = unhex(?)", hexOf.apply(text));
            case Pattern pattern -> Condition.of("(" + column + " != " + none + " AND lower(hex(" + column
                    + ")) LIKE ?)", like(pattern).toLowerCase(Locale.ROOT));
            case Numeric _, Span _ -> throw new IllegalStateException("not a text");
        }).toList());
    }

    private static Condition keyed(String map, Term term) {
        String key = term.field().key();
        String value = map + "[?]";
        return switch (term.test()) {
            case Present _ -> Condition.of("mapContains(" + map + ", ?)", key);
            case OneOf oneOf -> Condition.any(oneOf.values().stream().map(wanted -> switch (wanted) {
                case Exact(String text) -> pair(map, key, text);
                case Pattern pattern -> Condition.of("(mapContains(" + map + ", ?) AND " + value + " LIKE ?)",
                        key, key, like(pattern));
                case Numeric _, Span _ -> throw new IllegalStateException("not a text");
            }).toList());
            case Compare compare -> number(compare.order(), compare.value(), value, term.field(), key);
            case Between between -> number(Order.AT_LEAST, between.from(), value, term.field(), key)
                    .and(number(Order.AT_MOST, between.to(), value, term.field(), key));
        };
    }

    /** The index of pairs finds the row; the map has the last word where another pair may look the same there. */
    private static Condition pair(String map, String key, String value) {
        Condition found = Condition.of("has(" + ObservationTable.pairs(map) + ", concat(?, '=', left(?, "
                + ObservationTable.PAIR_VALUE_BYTES + ")))", key, value);
        boolean unmistakable = key.indexOf('=') < 0 && value.indexOf('=') < 0
                && value.getBytes(StandardCharsets.UTF_8).length < ObservationTable.PAIR_VALUE_BYTES;
        return unmistakable ? found : found.and(Condition.of(map + "[?] = ?", key, value));
    }

    private static Condition number(Order order, Value bound, String value, FieldRef field, String key) {
        Condition compared = compare(field.field(), "toFloat64OrNull(" + value + ")", order, bound);
        return new Condition(compared.sql(), Stream.concat(Stream.of(key), compared.values().stream()).toList());
    }

    // Elsewhere.

    private Condition elsewhereOfObservation(Term term) {
        FilterField field = term.field().field();
        return switch (field) {
            case TRACE_ID -> traceId(term.test());
            case ATTRIBUTE, RESOURCE -> content("(trace_id, span_id)", keyed(field.column(), term));
            case INPUT, OUTPUT -> switch (term.test()) {
                case Present _ -> content("(trace_id, span_id)", Condition.of("notEmpty(" + field.column() + ")"));
                case OneOf oneOf -> Condition.any(oneOf.values().stream()
                        .map(value -> saidBy(text(value), List.of(field.column()))).toList());
                case Compare _, Between _ -> throw new IllegalStateException(field + " has no order");
            };
            // A judgement on the trace as a whole is one on its observations.
            case SCORE, EVALUATOR, SCORE_SOURCE -> Condition.any(List.of(
                    scores("(trace_id, span_id)", score(term).and(Condition.of("span_id != " + NO_SPAN))),
                    scores("trace_id", score(term).and(Condition.of("span_id = " + NO_SPAN)))));
            default -> throw new IllegalStateException(field + " is in the row");
        };
    }

    private Condition elsewhereOfTrace(Term term) {
        FilterField field = term.field().field();
        return switch (field) {
            case TRACE_ID -> traceId(term.test());
            case ATTRIBUTE, RESOURCE -> content("trace_id", keyed(field.column(), term));
            case INPUT, OUTPUT -> switch (term.test()) {
                case Present _ -> content("trace_id", Condition.of("notEmpty(" + field.column() + ")"));
                case OneOf oneOf -> Condition.any(oneOf.values().stream().map(value -> unionIn("trace_id",
                        directlySaid("trace_id", text(value), List.of(field.column())),
                        saidInMessages("trace_id", text(value), List.of(field.column())))).toList());
                case Compare _, Between _ -> throw new IllegalStateException(field + " has no order");
            };
            case SCORE, EVALUATOR, SCORE_SOURCE -> scores("trace_id", score(term));
            default -> throw new IllegalStateException(field + " is in the row");
        };
    }

    private static Condition traceId(Test test) {
        return id("trace_id", test, text -> hex(ExternalIds.traceId(text)), NO_TRACE);
    }

    private Condition content(String key, Condition condition) {
        List<Condition> where = new ArrayList<>(window("start_time"));
        where.add(condition);
        return in(key, select(unwrapped(key), ObservationTable.CONTENT.name(), where));
    }

    private Condition scores(String key, Condition condition) {
        return in(key, select(unwrapped(key), "scores FINAL",
                List.of(Condition.of("trace_id != " + NO_TRACE), condition)));
    }

    private static Condition score(Term term) {
        FilterField field = term.field().field();
        if (field != FilterField.SCORE) {
            return texts(List.of(field.column()), term.test());
        }
        Condition named = Condition.of("name = ?", term.field().key());
        return switch (term.test()) {
            case Present _ -> named;
            case OneOf oneOf -> named.and(Condition.any(oneOf.values().stream().map(value -> switch (value) {
                case Exact(String text) -> Values.decimal(text).map(number -> Condition.any(List.of(
                                Condition.of("string_value = ?", text),
                                Condition.of("ifNull(value = toFloat64(?), 0)", number.toPlainString()))))
                        .orElseGet(() -> Condition.of("string_value = ?", text));
                case Pattern pattern -> Condition.of("string_value LIKE ?", like(pattern));
                case Numeric _, Span _ -> throw new IllegalStateException("not a text");
            }).toList()));
            case Compare compare -> named.and(compare(field, "value", compare.order(), compare.value()));
            case Between between -> named.and(between(field, "value", between.from(), between.to()));
        };
    }

    // Texts.

    private Condition textOfTrace(Text text) {
        List<Condition> rows = new ArrayList<>(window("start_time"));
        rows.add(rowSays(text));
        List<Condition> messages = new ArrayList<>(messageWindow());
        messages.add(new TextSearch(text.text()).inMessage());
        return unionIn("trace_id", select("trace_id", ObservationTable.CURRENT, rows),
                directlySaid("trace_id", text.text(), SAID), select("trace_id", "messages", messages));
    }

    /** What a row itself says: names, metadata, and whose it is. */
    private static Condition rowSays(Text text) {
        Condition said = new TextSearch(text.text()).inRow();
        String digits = text.text().toLowerCase(Locale.ROOT);
        return digits.length() < ID_DIGITS_MIN || !digits.chars().allMatch(c -> Character.digit(c, 16) >= 0) ? said
                : Condition.any(List.of(said, Condition.of("startsWith(lower(hex(trace_id)), ?)", digits)));
    }

    /** Of an observation: it has the text in one of the columns, by itself or by a message that it refers to. */
    private Condition saidBy(String text, List<String> columns) {
        return unionIn("(trace_id, span_id)", directlySaid("trace_id, span_id", text, columns),
                saidInMessages("trace_id, span_id", text, columns));
    }

    /** A SELECT for each column, so that each has the use of its index. */
    private Condition directlySaid(String key, String text, List<String> columns) {
        TextSearch search = new TextSearch(text);
        return union(columns.stream().map(column -> {
            List<Condition> where = new ArrayList<>(window("start_time"));
            where.add(search.inContent(column));
            return select(key, ObservationTable.CONTENT.name(), where);
        }));
    }

    /** A hit in a message leads to the observations of its trace that name its hash. */
    private Condition saidInMessages(String key, String text, List<String> columns) {
        List<Condition> where = new ArrayList<>(messageWindow());
        where.add(new TextSearch(text).inMessage());
        List<Condition> content = new ArrayList<>(window("start_time"));
        content.add(select("trace_id", "messages", where).within("trace_id IN (", ")"));
        Condition referring = select("trace_id, span_id, " + String.join(", ", columns),
                ObservationTable.CONTENT.name(), content);
        Condition hits = select("trace_id, groupUniqArray(" + REFERENCE + ") AS hits", "messages", where)
                .within("", "\nGROUP BY trace_id");
        String named = columns.stream().map(column -> "position(" + column + ", hit) > 0")
                .collect(Collectors.joining(" OR "));
        return new Condition("SELECT " + key + " FROM (\n" + referring.sql() + "\n) AS referring INNER JOIN (\n"
                + hits.sql() + "\n) AS said USING (trace_id)\nWHERE arrayExists(hit -> " + named + ", hits)",
                Stream.concat(referring.values().stream(), hits.values().stream()).toList());
    }

    private static String text(Value value) {
        return switch (value) {
            case Exact(String text) -> text;
            case Pattern _, Numeric _, Span _ -> throw new IllegalStateException("not a text to search for");
        };
    }

    // How it is put together.

    private List<Condition> window(String column) {
        List<Condition> conditions = new ArrayList<>();
        if (from != null) {
            conditions.add(Condition.of(column + " >= " + TIME, Math.max(0, unixNano(from))));
        }
        if (to != null) {
            conditions.add(Condition.of(column + " < " + TIME, Math.max(0, unixNano(to))));
        }
        return conditions;
    }

    /** A message stands under the last day of a month on which it was said. */
    private List<Condition> messageWindow() {
        return from == null ? List.of() : List.of(Condition.of("day >= toDate(" + TIME + ")",
                Math.max(0, unixNano(from))));
    }

    private Condition select(String columns, String table, List<Condition> where) {
        return select(columns, table, where, "", new Condition("", List.of()));
    }

    private Condition select(String columns, String table, List<Condition> where, String before, Condition rest) {
        List<Object> values = new ArrayList<>();
        StringBuilder sql = new StringBuilder("SELECT ").append(columns).append("\nFROM ").append(table)
                .append("\nWHERE project_id = ?");
        values.add(scope.projectId());
        for (Condition condition : where) {
            sql.append(" AND ").append(condition.sql());
            values.addAll(condition.values());
        }
        sql.append(before).append(rest.sql());
        values.addAll(rest.values());
        return new Condition(sql.toString(), values);
    }

    private static Condition unionIn(String key, Condition... selects) {
        return in(key, union(Stream.of(selects)));
    }

    private static Condition union(Stream<Condition> selects) {
        List<Condition> all = selects.toList();
        return new Condition(all.stream().map(Condition::sql).collect(Collectors.joining("\nUNION ALL\n")),
                all.stream().flatMap(select -> select.values().stream()).toList());
    }

    private static Condition in(String key, Condition select) {
        return select.within(key + " IN (\n", "\n)");
    }

    private static String unwrapped(String key) {
        return key.replace("(", "").replace(")", "");
    }

    private static String like(Pattern pattern) {
        return pattern.parts().stream().map(part -> part.replaceAll("([\\\\%_])", "\\\\$1"))
                .collect(Collectors.joining("%"));
    }

    private static String marks(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }
}
