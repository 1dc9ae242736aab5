package dev.sightline.query.observation;

import static dev.sightline.query.trace.TraceQueries.TIME;
import static dev.sightline.query.trace.TraceQueries.hex;
import static dev.sightline.query.trace.TraceQueries.instant;
import static dev.sightline.query.trace.TraceQueries.unixNano;

import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.filter.Filter;
import dev.sightline.query.store.ClickHouseReads;
import dev.sightline.query.store.ProjectQuery;
import dev.sightline.query.trace.PageCursor;
import dev.sightline.query.trace.TraceConfig;
import dev.sightline.query.trace.TraceQueries;
import dev.sightline.query.trace.Window;
import dev.sightline.storage.observation.ObservationTable;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Observations of a project by a filter, newest first, without their content. */
@Singleton
public class ObservationQueries {
    public static final int LIMIT_DEFAULT = 50;
    public static final int LIMIT_MAX = 200;
    private static final int STRETCH_GROWTH = 4;
    /** A trace, a span. */
    private static final int KEY_DIGITS = 48;
    private static final int TRACE_DIGITS = 32;

    private final ClickHouseReads reads;
    private final TraceConfig config;

    ObservationQueries(ClickHouseReads reads, TraceConfig config) {
        this.reads = reads;
        this.config = config;
    }

    /** Newest first. {@code next} is empty on the last page. */
    public record Page(List<Observation> observations, Optional<PageCursor> next) {
    }

    /**
     * A page of up to {@code limit}. Reads the newest stretch of time first and longer and longer ones before it, so that
     * a page of a busy project does not sort a month.
     */
    public Page list(ProjectScope scope, Filter filter, Window window, int limit, Optional<PageCursor> cursor) {
        cursor.ifPresent(ObservationQueries::requireKey);
        long from = unixNano(window.from());
        OptionalLong end = cursor.map(after -> OptionalLong.of(after.unixNano() + 1))
                .or(() -> window.to().map(to -> OptionalLong.of(unixNano(to)))).orElse(OptionalLong.empty());
        long stretch = config.listStretch().toNanos() * (filter.isAll() ? 1 : TraceQueries.FILTERED_STRETCHES);
        List<Observation> found = new ArrayList<>();
        while (found.size() <= limit) {
            long begin = Math.max(from, end.orElse(unixNano(Instant.now())) - stretch);
            found.addAll(listIn(scope, filter, begin, end, limit + 1 - found.size(), cursor));
            if (begin <= from) {
                break;
            }
            end = OptionalLong.of(begin);
            stretch = filter.isAll() ? Math.multiplyExact(stretch, STRETCH_GROWTH) : end.getAsLong();
        }
        if (found.size() <= limit) {
            return new Page(found, Optional.empty());
        }
        Observation last = found.get(limit - 1);
        return new Page(found.subList(0, limit), Optional.of(new PageCursor(PageCursor.Kind.OBSERVATIONS,
                last.getStartUnixNano(), hex(last.getTraceId()) + hex(last.getSpanId()))));
    }

    private List<Observation> listIn(ProjectScope scope, Filter filter, long from, OptionalLong to, int limit,
            Optional<PageCursor> cursor) {
        ProjectQuery query = new ProjectQuery(scope, TraceQueries.SUMMARIES.selectList(), ObservationTable.CURRENT)
                .and("start_time >= " + TIME, from).and("NOT trace_record");
        to.ifPresent(end -> query.and("start_time < " + TIME, end));
        cursor.ifPresent(after -> query.and("(start_time, trace_id, span_id) < (" + TIME
                + ", toFixedString(unhex(?), 16), toFixedString(unhex(?), 8))", after.unixNano(),
                after.key().substring(0, TRACE_DIGITS), after.key().substring(TRACE_DIGITS)));
        if (!filter.isAll()) {
            query.and(filter.onObservations(scope, instant(from), to.isPresent() ? instant(to.getAsLong()) : null));
        }
        return reads.list(query.then("ORDER BY start_time DESC, trace_id DESC, span_id DESC LIMIT ?", limit), row -> {
            Observation.Builder observation = Observation.newBuilder();
            TraceQueries.SUMMARIES.read(row, 1, observation);
            return observation.build();
        });
    }

    private static void requireKey(PageCursor cursor) {
        if (cursor.key().length() != KEY_DIGITS || !cursor.key().chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
            throw ServiceException.invalid("cursor",
                    "is not a next_cursor of an earlier page; leave it out to begin");
        }
    }
}
