package dev.sightline.query.langfuse;

import dev.sightline.base.error.ServiceException;
import dev.sightline.query.trace.TraceSql;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The query parameters of Langfuse's {@code GET /api/public/traces}. {@code tags}: a trace has all of them;
 * {@code environments}: one of them. Empty strings and lists are not asked for.
 */
record LangfuseTraceFilter(int page, int limit, String userId, String name, String sessionId, String version,
        String release, Optional<Instant> from, Optional<Instant> to, List<String> tags, List<String> environments,
        Order order, Set<FieldGroup> fields) {
    static final int LIMIT_DEFAULT = 50;
    static final int LIMIT_MAX = 100;
    /** Pages are offsets: deep ones cost as much as all before them together. */
    static final int PAGE_MAX = 100_000;
    private static final int TEXTS_MAX = 50;

    LangfuseTraceFilter {
        requireFew("tags", tags);
        requireFew("environment", environments);
    }

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
                "release", TraceSql.RELEASE, "version", TraceSql.VERSION, "public", TraceSql.PUBLIC);

        static Order parse(Optional<String> orderBy) {
            String given = orderBy.orElse("timestamp.desc");
            int dot = given.lastIndexOf('.');
            String expression = dot < 0 ? null : EXPRESSIONS.get(given.substring(0, dot));
            String direction = given.substring(dot + 1).toLowerCase(Locale.ROOT);
            if (expression == null || !Set.of("asc", "desc").contains(direction)) {
                throw ServiceException.invalid("orderBy", "is not a field and a direction, such as timestamp.desc; "
                        + "the fields are timestamp, id, name, userId, sessionId, release, version and public");
            }
            return new Order(expression, direction.equals("desc"));
        }
    }

    private static void requireFew(String field, List<String> texts) {
        if (texts.size() > TEXTS_MAX) {
            throw ServiceException.invalid(field, "is given more than " + TEXTS_MAX + " times");
        }
    }
}
