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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Observations across traces as Langfuse's lists define them, newest first: by page, counted, or behind a cursor. Finds
 * the keys of a page by the time-ordered key first, looking at the newest stretch of time and at longer and longer ones
 * before it, so that the first page of a busy project does not sort all of it, and reads the rest for those only. How
 * many there are is a roll-up's sum where the conditions allow it, else a sum of signs, which needs no FINAL.
 */
@Singleton
public class LangfuseObservationQueries {
    /** What the conditions call the start of an observation. */
    static final String START = "startTime";
    private static final String NEWEST_FIRST = "ORDER BY start_time DESC, trace_id DESC, span_id DESC";
    /** Weighs too much for any answer: without content. */
    private static final long NO_CONTENT = Long.MAX_VALUE;

    /** What a roll-up's rows can be told apart by too, under the same names. */
    private static final Set<String> IN_ROLL_UP = Set.of("type", "level", "environment", "traceEnvironment", "model",
            "providedModelName");
    private static final Set<String> IN_ROLL_UP_BY_NAME = union(IN_ROLL_UP, Set.of("name", "traceName", "version",
            "release", "promptName"));

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

    private record Found(ObservationKey key, long startUnixNano) {
        LangfuseCursor cursor() {
            return new LangfuseCursor(startUnixNano, key.traceId() + key.spanId());
        }
    }

    /** With content. */
    Page page(ProjectScope scope, LangfuseFilter filter, LangfusePage page) {
        Supplier<Long> total = reads.beside(() -> count(scope, filter));
        if (page.offset() > 0 && page.offset() >= total.get()) {
            return new Page(List.of(), total.get());
        }
        List<Found> found = new ArrayList<>();
        Stretch stretch = newest(filter, OptionalLong.empty());
        long skip = page.offset();
        while (found.size() < page.limit() && !stretch.isEmpty()) {
            if (skip > 0) {
                long there = number(stretch.cut(counted(scope, filter)));
                if (there <= skip) {
                    skip -= there;
                    stretch = stretch.before();
                    continue;
                }
            }
            found.addAll(reads.list(stretch.cut(matching(scope, filter)).then(NEWEST_FIRST + " LIMIT ? OFFSET ?",
                    page.limit() - found.size(), skip), LangfuseObservationQueries::found));
            skip = 0;
            stretch = stretch.before();
        }
        return new Page(load(scope, found, true), total.get());
    }

    /** Up to {@code limit} observations behind the cursor. */
    Slice after(ProjectScope scope, LangfuseFilter filter, Optional<LangfuseCursor> cursor, int limit,
            boolean withContent) {
        List<Found> found = new ArrayList<>();
        Stretch stretch = newest(filter, cursor.map(behind -> OptionalLong.of(behind.unixNano()))
                .orElse(OptionalLong.empty()));
        while (found.size() <= limit && !stretch.isEmpty()) {
            ProjectQuery query = stretch.cut(matching(scope, filter));
            cursor.ifPresent(behind -> query.and("(start_time, trace_id, span_id) < (" + TIME
                    + ", toFixedString(unhex(?), 16), toFixedString(unhex(?), 8))", behind.unixNano(),
                    behind.key().substring(0, 32), behind.key().substring(32)));
            found.addAll(reads.list(query.then(NEWEST_FIRST + " LIMIT ?", limit + 1 - found.size()),
                    LangfuseObservationQueries::found));
            stretch = stretch.before();
        }
        boolean more = found.size() > limit;
        List<Found> slice = more ? found.subList(0, limit) : found;
        return new Slice(load(scope, slice, withContent), more ? Optional.of(slice.getLast().cursor())
                : Optional.empty());
    }

    /** @param atMost where a page ends for another reason than the filter's */
    private Stretch newest(LangfuseFilter filter, OptionalLong atMost) {
        OptionalLong until = filter.until(START).map(time -> OptionalLong.of(unixNano(time))).orElse(OptionalLong.empty());
        OptionalLong end = until.isEmpty() ? atMost : atMost.isEmpty() ? until
                : OptionalLong.of(Math.min(until.getAsLong(), atMost.getAsLong()));
        return Stretch.newest(filter.from(START).map(TraceQueries::unixNano).orElse(0L), end,
                config.listStretch().toNanos());
    }

    /**
     * A stretch of starts, both ends inclusive; {@code end} is empty where nothing limits it. The one before it is four
     * times as long.
     */
    private record Stretch(long first, long begin, OptionalLong end, long length) {
        static Stretch newest(long first, OptionalLong end, long length) {
            return new Stretch(first, Math.max(first, end.orElseGet(() -> unixNano(Instant.now())) - length), end, length);
        }

        Stretch before() {
            long longer = length > Long.MAX_VALUE / 4 ? length : length * 4;
            return newest(first, OptionalLong.of(begin - 1), longer);
        }

        boolean isEmpty() {
            return end.isPresent() && end.getAsLong() < first;
        }

        ProjectQuery cut(ProjectQuery query) {
            query.and("start_time >= " + TIME, begin);
            end.ifPresent(time -> query.and("start_time <= " + TIME, time));
            return query;
        }
    }

    private long count(ProjectScope scope, LangfuseFilter filter) {
        if (!filter.isOnlyOn(IN_ROLL_UP_BY_NAME)) {
            return number(counted(scope, filter));
        }
        String rollUp = filter.isOnlyOn(IN_ROLL_UP) ? "observations_by_hour" : "observations_by_name_hour";
        return number(filter.addTo(new ProjectQuery(scope, "sum(observation_count)", rollUp), scope));
    }

    /** A row that was taken back and the row that takes it back are alike in all that conditions ask for. */
    private static ProjectQuery counted(ProjectScope scope, LangfuseFilter filter) {
        return filter.addTo(new ProjectQuery(scope, "sum(sign)", ObservationTable.OBSERVATIONS.name())
                .and("NOT trace_record"), scope);
    }

    private long number(ProjectQuery query) {
        return reads.list(query, row -> row.getLong(1)).getFirst();
    }

    /** One observation by its sender's id, with its content; the newest where several traces have one of that id. */
    Optional<Observation> get(ProjectScope scope, String id) {
        // Not FINAL, which would merge the whole project: what is taken out adds up to nothing.
        return load(scope, reads.list(new ProjectQuery(scope, "hex(trace_id), hex(any(span_id)), "
                        + nanos("start_time"), ObservationTable.OBSERVATIONS.name())
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

    private static ProjectQuery matching(ProjectScope scope, LangfuseFilter filter) {
        return filter.addTo(new ProjectQuery(scope, "hex(trace_id), hex(span_id), " + nanos("start_time"),
                ObservationTable.CURRENT).and("NOT trace_record"), scope);
    }

    private static Found found(ResultSet row) throws SQLException {
        return new Found(new ObservationKey(row.getString(1), row.getString(2)), row.getLong(3));
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> both = new HashSet<>(one);
        both.addAll(other);
        return both;
    }
}
