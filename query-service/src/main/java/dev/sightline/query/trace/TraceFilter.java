package dev.sightline.query.trace;

import com.google.protobuf.ByteString;
import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.observation.v1.Level;
import dev.sightline.query.filter.Filter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which traces a list holds. A trace counts by its start: {@code from} inclusive, {@code to} exclusive. {@code search}
 * is part of the trace's or an observation's name, whatever its capitals, or the beginning of the trace id.
 * {@code levels} are matched with the worst level of the trace; none means all. Strings are empty where not asked for.
 * {@code traceIds}: of these only; none means all.
 */
public record TraceFilter(Instant from, Optional<Instant> to, Filter query, String search, Set<Level> levels,
        String environment, List<ByteString> traceIds, int limit, Optional<TraceCursor> cursor) {
    static final int TRACE_IDS_MAX = 1_000;
    public static final int LIMIT_DEFAULT = 50;
    public static final int LIMIT_MAX = 200;
    private static final int SEARCH_LENGTH_MAX = 200;
    /** What DateTime64(9) can hold, with room for the margin on both sides. */
    static final Instant EARLIEST = Instant.parse("1971-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2261-01-01T00:00:00Z");

    public TraceFilter {
        requireKnown("from", from);
        to.ifPresent(end -> requireKnown("to", end));
        if (to.isPresent() && to.get().isBefore(from)) {
            throw ServiceException.invalid("to", "is before 'from'");
        }
        if (search.length() > SEARCH_LENGTH_MAX) {
            throw ServiceException.invalid("search", "has more than " + SEARCH_LENGTH_MAX + " characters");
        }
        if (limit < 1 || limit > LIMIT_MAX) {
            throw ServiceException.invalid("limit", "must be 1 to " + LIMIT_MAX);
        }
        if (traceIds.size() > TRACE_IDS_MAX) {
            throw ServiceException.invalid("trace_ids", "holds more than " + TRACE_IDS_MAX + " ids");
        }
        levels = Set.copyOf(levels);
        traceIds = List.copyOf(traceIds);
    }

    /** By the filter language alone. */
    public static TraceFilter of(Filter query, Window window, int limit, Optional<TraceCursor> cursor) {
        return new TraceFilter(window.from(), window.to(), query, "", Set.of(), "", List.of(), limit, cursor);
    }

    /** Throws INVALID_ARGUMENT when ClickHouse could not hold the time. */
    public static void requireKnown(String field, Instant time) {
        if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
            throw ServiceException.invalid(field, "must lie between 1971 and 2261");
        }
    }
}
