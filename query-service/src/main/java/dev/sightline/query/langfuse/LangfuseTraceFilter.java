package dev.sightline.query.langfuse;

import dev.sightline.base.error.ServiceException;
import dev.sightline.query.trace.TraceSql;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which traces {@code GET /api/public/traces} lists, in which order, and which parts of them. */
record LangfuseTraceFilter(LangfusePage page, LangfuseFilter filter, Order order, Set<FieldGroup> fields) {
    /** What the conditions call the start of a trace. */
    static final String START = "timestamp";

    /** Parts of a trace that a list may leave out. */
    enum FieldGroup {
        CORE, IO, SCORES, OBSERVATIONS, METRICS;

        static Set<FieldGroup> parse(Optional<String> list) {
            if (list.isEmpty()) {
                return EnumSet.allOf(FieldGroup.class);
            }
            return Arrays.stream(list.get().split(",")).map(String::strip).map(name -> {
                try {
                    return valueOf(name.toUpperCase(Locale.ROOT));
                } catch (IllegalArgumentException e) {
                    throw ServiceException.invalid("fields",
                            "is a comma list of core, io, scores, observations and metrics");
                }
            }).collect(Collectors.toCollection(() -> EnumSet.noneOf(FieldGroup.class)));
        }
    }

    /** {@code expression} is one of our own, never a caller's text. */
    record Order(String expression, boolean descending) {
        private static final Map<String, String> EXPRESSIONS = Map.of("timestamp", TraceSql.START, "id", "trace_id",
                "name", TraceSql.NAME, "userId", TraceSql.USER_ID, "sessionId", TraceSql.SESSION_ID,
                "release", TraceSql.RELEASE, "version", TraceSql.VERSION, "public", TraceSql.PUBLIC,
                // Nothing is bookmarked.
                "bookmarked", "false");

        boolean isNewestFirst() {
            return descending && expression.equals(TraceSql.START);
        }

        static Order parse(Optional<String> orderBy) {
            String given = orderBy.orElse("timestamp.desc");
            int dot = given.lastIndexOf('.');
            String expression = dot < 0 ? null : EXPRESSIONS.get(given.substring(0, dot));
            String direction = given.substring(dot + 1).toLowerCase(Locale.ROOT);
            if (expression == null || !Set.of("asc", "desc").contains(direction)) {
                throw ServiceException.invalid("orderBy", "is not a field and a direction, such as timestamp.desc; "
                        + "the fields are timestamp, id, name, userId, sessionId, release, version, public and bookmarked");
            }
            return new Order(expression, direction.equals("desc"));
        }
    }
}
