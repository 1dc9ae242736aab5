package dev.sightline.query.langfuse;

import static dev.sightline.query.trace.TraceQueries.TIME;
import static dev.sightline.query.trace.TraceQueries.unixNano;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.metrics.Dimension;
import dev.sightline.query.metrics.View;
import dev.sightline.query.metrics.Where;
import dev.sightline.query.store.Condition;
import dev.sightline.query.store.ProjectQuery;
import dev.sightline.query.trace.Parameters;
import dev.sightline.query.trace.TraceSql;
import dev.sightline.storage.observation.ObservationTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One condition of a metrics query's filters, as SQL of the view's rows. */
final class LangfuseMetricsFilter {
    private static final int VALUES_MAX = 200;
    private static final Set<String> TIMES = Set.of("startTime", "timestamp");
    private static final Map<String, String> OF_TRACE = Map.of("trace_name", TraceSql.NAME, "user_id", TraceSql.USER_ID,
            "session_id", TraceSql.SESSION_ID, "tag", TraceSql.TAGS, "release", TraceSql.RELEASE, "version",
            TraceSql.VERSION);

    private LangfuseMetricsFilter() {
    }

    /** Throws INVALID_ARGUMENT that names the place. */
    static Where of(ProjectScope scope, LangfuseMetricsView view, JsonNode filter, String place) {
        String column = text(filter, "column", place);
        String type = text(filter, "type", place);
        String operator = text(filter, "operator", place);
        if (column.equals("metadata")) {
            if (!type.equals("stringObject") || view.view() == View.TRACES) {
                throw ServiceException.invalid(place + ".type", "must be stringObject for metadata");
            }
            Condition value = Condition.of("metadata[?]", text(filter, "key", place));
            return new Where(ofText(value, operator, text(filter, "value", place), place), Optional.empty());
        }
        if (TIMES.contains(column)) {
            return new Where(ofTime(view.view(), operator, text(filter, "value", place), place), Optional.empty());
        }
        if (!view.hasDimension(column)) {
            throw ServiceException.invalid(place + ".column", "must be one of "
                    + String.join(", ", view.dimensionNames()) + ", metadata or startTime");
        }
        Dimension dimension = Dimension.of(view.view(), view.dimension(column), place + ".column");
        if (view.view() == View.SCORES && dimension.ofTrace()) {
            ProjectQuery traces = new ProjectQuery(scope, "trace_id", ObservationTable.CURRENT)
                    .then("GROUP BY trace_id HAVING 1")
                    .and(of(Condition.of(OF_TRACE.get(dimension.name())), view, column, type, operator, filter, place));
            return new Where(traces.contains("trace_id"), Optional.empty());
        }
        Condition expression = column.equals("tags")
                ? Condition.of(view.view() == View.TRACES ? "trace_tags" : "tags") : dimension.expression();
        return new Where(of(expression, view, column, type, operator, filter, place),
                dimension.rolledUp().map(Set::of));
    }

    private static Condition of(Condition expression, LangfuseMetricsView view, String column, String type,
            String operator, JsonNode filter, String place) {
        if (column.equals("tags")) {
            List<String> values = texts(filter, place);
            Condition array = list(values).within(expression.sql() + ", [", "])");
            return switch (operator) {
                case "any of" -> array.within("hasAny(", "");
                case "none of" -> array.within("NOT hasAny(", "");
                case "all of" -> array.within("hasAll(", "");
                default -> throw operator(place, "any of, none of or all of");
            };
        }
        return switch (type) {
            case "string" -> ofText(expression, operator, view.stored(column, text(filter, "value", place)), place);
            case "stringOptions", "arrayOptions", "categoryOptions" -> {
                Condition any = list(texts(filter, place).stream().map(value -> view.stored(column, value)).toList());
                yield switch (operator) {
                    case "any of" -> joined(expression, " IN (", any, ")");
                    case "none of" -> joined(expression, " NOT IN (", any, ")");
                    default -> throw operator(place, "any of or none of");
                };
            }
            case "number" -> {
                if (!Set.of("=", ">", "<", ">=", "<=", "<>").contains(operator) || !filter.path("value").isNumber()) {
                    throw ServiceException.invalid(place, "must compare with a number by =, >, <, >=, <= or <>");
                }
                yield joined(expression.within("ifNull(toFloat64OrNull(toString(", ")), 0)"), ' ' + operator + ' ',
                        Condition.of("?", filter.path("value").doubleValue()), "");
            }
            case "boolean" -> joined(expression, " = ",
                    Condition.of("?", String.valueOf(filter.path("value").asBoolean())), "");
            case "null" -> switch (operator) {
                case "is null" -> expression.within("", " = ''");
                case "is not null" -> expression.within("", " != ''");
                default -> throw operator(place, "is null or is not null");
            };
            default -> throw ServiceException.invalid(place + ".type",
                    "must be string, stringOptions, arrayOptions, number, boolean or null for " + column);
        };
    }

    private static Condition ofText(Condition expression, String operator, String value, String place) {
        Condition bound = Condition.of("?", value);
        return switch (operator) {
            case "=" -> joined(expression, " = ", bound, "");
            case "<>", "!=" -> joined(expression, " != ", bound, "");
            case "contains" -> joined(expression.within("position(", ""), ", ", bound, ") > 0");
            case "does not contain" -> joined(expression.within("position(", ""), ", ", bound, ") = 0");
            case "starts with" -> joined(expression.within("startsWith(", ""), ", ", bound, ")");
            case "ends with" -> joined(expression.within("endsWith(", ""), ", ", bound, ")");
            default -> throw operator(place, "=, <>, contains, does not contain, starts with or ends with");
        };
    }

    private static Condition ofTime(View view, String operator, String value, String place) {
        if (!Set.of("=", ">", "<", ">=", "<=").contains(operator)) {
            throw operator(place, ">, <, >= or <=");
        }
        String column = switch (view) {
            case OBSERVATIONS -> "start_time";
            case TRACES -> "trace_start";
            case SCORES -> "timestamp";
        };
        return Condition.of(column + ' ' + operator + ' ' + TIME, unixNano(Parameters.time(place + ".value", value)
                .orElseThrow(() -> ServiceException.invalid(place + ".value", "is missing"))));
    }

    private static Condition joined(Condition left, String between, Condition right, String after) {
        List<Object> values = new ArrayList<>(left.values());
        values.addAll(right.values());
        return new Condition(left.sql() + between + right.sql() + after, values);
    }

    private static Condition list(List<String> values) {
        return new Condition(String.join(", ", Collections.nCopies(values.size(), "?")), List.copyOf(values));
    }

    private static ServiceException operator(String place, String operators) {
        return ServiceException.invalid(place + ".operator", "must be " + operators);
    }

    private static String text(JsonNode filter, String name, String place) {
        JsonNode value = filter == null ? null : filter.get(name);
        if (value == null || value.isNull()) {
            if (name.equals("value") && filter != null) {
                return "";
            }
            throw ServiceException.invalid(place + '.' + name, "is missing");
        }
        return value.asText();
    }

    private static List<String> texts(JsonNode filter, String place) {
        JsonNode values = filter.path("value");
        if (!values.isArray() || values.isEmpty() || values.size() > VALUES_MAX) {
            throw ServiceException.invalid(place + ".value", "must be a list of 1 to " + VALUES_MAX + " texts");
        }
        List<String> texts = new ArrayList<>();
        values.forEach(value -> texts.add(value.asText()));
        return texts;
    }
}
