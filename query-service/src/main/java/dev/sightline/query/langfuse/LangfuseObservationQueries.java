package dev.sightline.query.langfuse;

import static dev.sightline.query.trace.TraceQueries.TIME;
import static dev.sightline.query.trace.TraceQueries.hex;
import static dev.sightline.query.trace.TraceQueries.nanos;
import static dev.sightline.query.trace.TraceQueries.unixNano;

import com.google.protobuf.ByteString;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.id.ExternalIds;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.store.ClickHouseReads;
import dev.sightline.query.store.ProjectQuery;
import dev.sightline.query.trace.TraceConfig;
import dev.sightline.query.trace.TraceQueries;
import dev.sightline.query.trace.TraceQueries.Located;
import dev.sightline.query.trace.TraceQueries.ObservationKey;
import dev.sightline.storage.observation.ObservationTable;
import dev.sightline.storage.table.Column;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Observations across traces as Langfuse's lists define them, newest first: by page, counted, or behind a cursor. Finds
 * the keys of a page by the time-ordered key first and reads the rest for those only.
 */
@Singleton
public class LangfuseObservationQueries {
    /** What the conditions call the start of an observation. */
    static final String START = "startTime";
    /** Weighs too much for any answer: without content. */
    private static final long NO_CONTENT = Long.MAX_VALUE;

    private final ClickHouseReads reads;
    private final TraceQueries traces;
    private final TraceConfig config;

    LangfuseObservationQueries(ClickHouseReads reads, TraceQueries traces, TraceConfig config) {
        this.reads = reads;
        this.traces = traces;
        this.config = config;
    }

    /** One page, and how many observations there are on all of them. */
    record Page(List<Observation> observations, long totalItems) {
    }

    /** What follows a cursor; {@code next} is empty at the end. */
    record Slice(List<Observation> observations, Optional<LangfuseCursor> next) {
    }

    private record Found(ObservationKey key, long startUnixNano, long totalItems) {
        LangfuseCursor cursor() {
            return new LangfuseCursor(startUnixNano, key.traceId() + key.spanId());
        }
    }

    /** With content. */
    Page page(ProjectScope scope, LangfuseFilter filter, LangfusePage page) {
        List<Found> found = reads.list(page.cut(matching(scope, filter, "count() OVER ()")
                .then("ORDER BY start_time DESC, trace_id DESC, span_id DESC")), LangfuseObservationQueries::found);
        if (found.isEmpty()) {
            return new Page(List.of(), page.page() == 1 ? 0
                    : reads.list(matching(scope, filter, "1").within("count()"), row -> row.getLong(1)).getFirst());
        }
        return new Page(load(scope, found, true), found.getFirst().totalItems);
    }

    /**
     * Up to {@code limit} observations behind the cursor. Looks at the newest stretch of time first and at longer and
     * longer ones before it, so that the first page of a busy project does not sort all of it.
     */
    Slice after(ProjectScope scope, LangfuseFilter filter, Optional<LangfuseCursor> cursor, int limit,
            boolean withContent) {
        long end = Math.min(unixNano(filter.until(START).orElseGet(() -> Instant.now().plus(config.listWindow()))),
                cursor.map(LangfuseCursor::unixNano).orElse(Long.MAX_VALUE));
        long first = filter.from(START).map(TraceQueries::unixNano).orElse(0L);
        long stretch = config.listStretch().toNanos();
        List<Found> found = new ArrayList<>();
        while (found.size() <= limit && end >= first) {
            long begin = Math.max(first, end - stretch);
            ProjectQuery query = matching(scope, filter, "0").and("start_time >= " + TIME, begin)
                    .and("start_time <= " + TIME, end);
            cursor.ifPresent(behind -> query.and("(start_time, trace_id, span_id) < (" + TIME
                    + ", toFixedString(unhex(?), 16), toFixedString(unhex(?), 8))", behind.unixNano(),
                    behind.key().substring(0, 32), behind.key().substring(32)));
            found.addAll(reads.list(query.then("ORDER BY start_time DESC, trace_id DESC, span_id DESC LIMIT ?",
                    limit + 1 - found.size()), LangfuseObservationQueries::found));
            end = begin - 1;
            stretch = stretch > Long.MAX_VALUE / 4 ? stretch : stretch * 4;
        }
        boolean more = found.size() > limit;
        List<Found> slice = more ? found.subList(0, limit) : found;
        return new Slice(load(scope, slice, withContent), more ? Optional.of(slice.getLast().cursor())
                : Optional.empty());
    }

    /** One observation by its sender's id, with its content; the newest where several traces have one of that id. */
    Optional<Observation> get(ProjectScope scope, String id) {
        // Not FINAL, which would merge the whole project: what is taken out adds up to nothing.
        return load(scope, reads.list(new ProjectQuery(scope, "hex(trace_id), hex(any(span_id)), " + nanos("start_time")
                        + ", 1", ObservationTable.OBSERVATIONS.name())
                        .and("span_id = unhex(?)", hex(ExternalIds.observationId(id))).and("NOT trace_record")
                        .then("GROUP BY trace_id, start_time HAVING sum(sign) > 0 ORDER BY start_time DESC LIMIT 1"),
                LangfuseObservationQueries::found), true).stream().findFirst();
    }

    /** The observations with their content. Throws INVALID_ARGUMENT naming {@code limit} when it is too much. */
    List<Observation> withContent(ProjectScope scope, Located located, Collection<ObservationKey> keys) {
        long bytes = traces.contentBytes(scope, located, keys);
        if (bytes > config.contentBytesMax() && keys.size() > 1) {
            throw ServiceException.invalid("limit", "asks for more than " + config.contentBytesMax()
                    + " bytes of input and output; lower it, or leave 'io' out of 'fields'");
        }
        return traces.observations(scope, located, keys, bytes);
    }

    private List<Observation> load(ProjectScope scope, List<Found> found, boolean withContent) {
        if (found.isEmpty()) {
            return List.of();
        }
        List<ObservationKey> keys = found.stream().map(Found::key).toList();
        Located located = new Located(keys.stream().map(ObservationKey::traceId).distinct().toList(),
                found.stream().mapToLong(Found::startUnixNano).min().orElseThrow(),
                found.stream().mapToLong(Found::startUnixNano).max().orElseThrow(), found.size());
        Map<ByteString, Observation> byKey = new HashMap<>();
        (withContent ? withContent(scope, located, keys) : traces.observations(scope, located, keys, NO_CONTENT))
                .forEach(each -> byKey.put(each.getTraceId().concat(each.getSpanId()), each));
        return keys.stream().map(key -> byKey.get(Column.idFromHex(key.traceId() + key.spanId())))
                .filter(Objects::nonNull).toList();
    }

    private static ProjectQuery matching(ProjectScope scope, LangfuseFilter filter, String total) {
        return filter.addTo(new ProjectQuery(scope, "hex(trace_id), hex(span_id), " + nanos("start_time") + ", " + total,
                ObservationTable.CURRENT).and("NOT trace_record"), scope);
    }

    private static Found found(ResultSet row) throws SQLException {
        return new Found(new ObservationKey(row.getString(1), row.getString(2)), row.getLong(3), row.getLong(4));
    }
}
