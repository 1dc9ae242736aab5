package dev.sightline.query.trace;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.ByteString;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.query.v1.TraceSummary;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.filter.Filter;
import dev.sightline.query.store.ClickHouseReads;
import dev.sightline.query.store.ClickHouseReads.RowReader;
import dev.sightline.query.store.ProjectQuery;
import dev.sightline.storage.message.MessageReferences;
import dev.sightline.storage.message.MessageTable;
import dev.sightline.storage.observation.ObservationRow;
import dev.sightline.storage.observation.ObservationTable;
import dev.sightline.storage.score.ScoreRow;
import dev.sightline.storage.score.ScoreTable;
import dev.sightline.storage.table.Column;
import dev.sightline.storage.table.Table;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Traces as they are read from ClickHouse, for REST, gRPC and Langfuse's shape alike. Lists read no body: they find
 * the traces of a page by the time-ordered key first, then sum up just those. A trace's observations stand in tables
 * ordered by time and its content in one ordered by trace, so content tells when to look for the rest.
 */
@Singleton
public class TraceQueries {
    private static final HexFormat HEX = HexFormat.of();
    private static final int SCORES_PER_LISTED_TRACE_MAX = 50;
    /** The first look of a list with a filter, in stretches of one without. */
    public static final int FILTERED_STRETCHES = 24;
    /** Of what was learnt: no more than a list without a hint would look at in its second and third step. */
    private static final int LEARNT_STRETCHES_MAX = 16;
    private static final int PROJECTS_MAX = 10_000;
    /** Of a list that is streamed. */
    private static final int OBSERVATIONS_WITH_CONTENT = 20;
    /** Bounds the text of a query; nearly every trace needs one. */
    private static final int MESSAGES_PER_QUERY = 1_000;
    /** What lists show of a score: no comment, no metadata. */
    public static final Table<ScoreRow, Score.Builder> SCORE_SUMMARIES = ScoreTable.SCORES.only(Set.of("id", "trace_id",
            "name", "data_type", "value", "string_value", "source", "timestamp"));
    /** What lists show of an observation: nothing that only the writer needs. */
    public static final Table<ObservationRow, Observation.Builder> SUMMARIES = new Table<>(
            ObservationTable.OBSERVATIONS.name(), ObservationTable.OBSERVATIONS.columns().stream()
            .filter(column -> !Set.of("field_clocks", "metadata_clocks", "inherited", "sign", "received_at",
                    "kafka_partition", "kafka_offset").contains(column.name())).toList());
    /** What a tree shows of an observation, and what {@link TraceSums} adds up. */
    public static final Table<ObservationRow, Observation.Builder> STEPS = SUMMARIES.only(Set.of("trace_id", "span_id",
            "parent_span_id", "name", "type", "level", "status_message", "start_time", "end_time", "completion_start_time",
            "environment", "release", "version", "trace_name", "user_id", "session_id", "tags", "model", "usage",
            "usage_estimated", "cost", "input_tokens", "output_tokens", "total_tokens", "total_cost", "agent_name",
            "tool_name", "error_type", "trace_record"));
    /** What {@link TraceSums} adds up, and nothing else. */
    private static final Table<ObservationRow, Observation.Builder> SUMMED = SUMMARIES.only(Set.of("trace_id", "span_id",
            "parent_span_id", "name", "type", "level", "start_time", "end_time", "environment", "release", "version",
            "trace_name", "user_id", "session_id", "tags", "model", "usage_estimated", "input_tokens", "output_tokens",
            "total_tokens", "total_cost", "trace_record"));
    /** Traces of no more rows together are summed up here: to plan the sums takes the engine longer than to send rows. */
    private static final int SUMMED_HERE_MAX = 1_000;
    /** Scores of a read that are cut to so many for each trace here: a query in a query takes half as long again. */
    private static final int SCORES_CUT_HERE_MAX = 2_000;
    /** A time bound as nanoseconds since 1970. */
    public static final String TIME = "fromUnixTimestamp64Nano(toInt64(?), 'UTC')";
    /** About what an observation's content takes in an answer. */
    public static final String CONTENT_BYTES = "(message_bytes"
            + " + byteSize(input, output, tool_definitions, attributes, resource_attributes, event_attributes))";
    private static final String SUMMARY = String.join(", ", "hex(trace_id)", TraceSql.NAME,
            nanos(TraceSql.START), nanos(TraceSql.END), "toString(" + TraceSql.LEVEL + ")", "countIf(NOT trace_record)",
            "countIf(level = 'ERROR')", TraceSql.INPUT_TOKENS, TraceSql.OUTPUT_TOKENS, TraceSql.TOTAL_TOKENS,
            TraceSql.TOTAL_COST, TraceSql.USER_ID, TraceSql.SESSION_ID, TraceSql.ENVIRONMENT, TraceSql.RELEASE,
            TraceSql.VERSION, TraceSql.TAGS, TraceSql.MODELS, TraceSql.USAGE_ESTIMATED);

    private static final Comparator<Observation.Builder> BY_START = Comparator
            .comparingLong(Observation.Builder::getStartUnixNano)
            .thenComparing(Observation.Builder::getSpanId, ByteString.unsignedLexicographicalComparator());

    private static final Comparator<Score> NEWEST_FIRST = Comparator.comparingLong(Score::getTimestampUnixNano).reversed()
            .thenComparing(Score::getId, Comparator.comparing(ByteString::copyFromUtf8,
                    ByteString.unsignedLexicographicalComparator()));

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final ClickHouseReads reads;
    private final TraceConfig config;
    private final Semaphore contentBytes;
    private final int atOnceBytes;
    /** How far apart the traces of a project began when it was last listed: a hint where to look, no more. */
    private final Cache<String, Long> nanosPerTrace = Caffeine.newBuilder().maximumSize(PROJECTS_MAX).build();

    TraceQueries(ClickHouseReads reads, TraceConfig config) {
        this.reads = reads;
        this.config = config;
        this.contentBytes = new Semaphore(Math.max(config.contentBytesInFlightMax(), config.contentBytesMax()), true);
        this.atOnceBytes = Math.min(config.contentBytesAtOnce(), config.contentBytesMax());
    }

    /** Newest first. {@code next} is empty on the last page. */
    public record Page(List<TraceSummary> traces, Optional<TraceCursor> next) {
    }

    /** A whole trace. Observations by start with content; scores by time; truncated: a bound cut observations. */
    public record Trace(TraceSummary summary, List<Observation> observations, List<Score> scores, boolean truncated) {
    }

    /** A trace that a list has found, before it is summed up; times as far as the list has looked. */
    public record Found(ByteString traceId, long firstStartUnixNano, long lastStartUnixNano) {
    }

    /**
     * Traces, and between which starts all their rows lie.
     *
     * @param rows about how many of them: replaced content counts too, what has no content any more does not
     */
    public record Located(List<String> traceIds, long firstStartUnixNano, long lastStartUnixNano, long rows) {
    }

    public Page list(ProjectScope scope, TraceFilter filter) {
        List<Found> found = find(scope, filter);
        boolean more = found.size() > filter.limit();
        List<Found> page = more ? found.subList(0, filter.limit()) : found;
        if (page.isEmpty()) {
            return new Page(List.of(), Optional.empty());
        }
        Supplier<List<Score>> scores = reads.beside(() -> scoresOf(scope, SCORE_SUMMARIES,
                page.stream().map(Found::traceId).toList(), SCORES_PER_LISTED_TRACE_MAX));
        Map<ByteString, TraceSummary.Builder> summaries = summarize(scope, locate(scope, page));
        scores.get().stream().filter(score -> summaries.containsKey(score.getTraceId()))
                .forEach(score -> summaries.get(score.getTraceId()).addScores(score));
        List<TraceSummary> traces = page.stream()
                .map(trace -> summaries.get(trace.traceId))
                // Began outside the asked time after all: its first rows lie beyond the margin.
                .filter(trace -> trace != null && trace.getStartUnixNano() >= unixNano(filter.from()))
                .map(TraceSummary.Builder::build).toList();
        Found last = page.getLast();
        return new Page(traces, more
                ? Optional.of(new TraceCursor(last.firstStartUnixNano, last.traceId)) : Optional.empty());
    }

    /** Empty when the project has no such trace. */
    public Optional<Trace> get(ProjectScope scope, ByteString traceId) {
        Supplier<List<Score>> scores = reads.beside(() ->
                scoresOf(scope, ScoreTable.SCORES, List.of(traceId), config.scoresMax()));
        return getAtOnce(scope, traceId, scores).or(() -> getMeasured(scope, traceId, scores));
    }

    /** Content as it stands in one row. {@code observation}: nothing else of it is known. */
    private record Said(long bytes, long kafkaOffset, Observation.Builder observation) {
    }

    /** The trace if it is no more than one query may bring; empty too when there is none. */
    private Optional<Trace> getAtOnce(ProjectScope scope, ByteString traceId, Supplier<List<Score>> scores) {
        acquire(atOnceBytes);
        try {
            AtomicLong bytes = new AtomicLong();
            Map<ByteString, Said> bySpan = new LinkedHashMap<>();
            // Not FINAL: of rows with one key the one with the highest offset counts (ADR 0006).
            reads.listWhile(new ProjectQuery(scope, CONTENT_BYTES + ", kafka_offset, "
                                    + ObservationTable.CONTENT.selectList(), ObservationTable.CONTENT.name())
                                    .and("trace_id = unhex(?)", hex(traceId)).then("LIMIT ?", config.observationsMax() + 1),
                            row -> {
                                Said said = new Said(row.getLong(1), row.getLong(2), Observation.newBuilder());
                                ObservationTable.CONTENT.read(row, 3, said.observation);
                                return said;
                            }, said -> bytes.addAndGet(said.bytes) <= atOnceBytes)
                    .filter(all -> all.size() <= config.observationsMax())
                    .ifPresent(all -> all.forEach(said -> bySpan.merge(said.observation.getSpanId(), said,
                            (one, other) -> one.kafkaOffset > other.kafkaOffset ? one : other)));
            if (bySpan.isEmpty()) {
                return Optional.empty();
            }
            List<Observation.Builder> contents = bySpan.values().stream().map(Said::observation).toList();
            Located located = new Located(List.of(hex(traceId)),
                    contents.stream().mapToLong(Observation.Builder::getStartUnixNano).min().orElseThrow(),
                    contents.stream().mapToLong(Observation.Builder::getStartUnixNano).max().orElseThrow(),
                    contents.size());
            Supplier<Map<String, String>> messages = reads.beside(() ->
                    messages(scope, located, List.copyOf(MessageReferences.hashes(contents))));
            List<Observation.Builder> rows = reads.list(rowsOf(scope, SUMMARIES.selectList(), located)
                    .then("LIMIT ?", config.observationsMax() + 1), row -> observation(row, SUMMARIES));
            if (rows.size() > config.observationsMax()) {
                return Optional.empty();
            }
            List<Observation> observations = rows.stream().sorted(BY_START).map(row -> {
                Said said = bySpan.get(row.getSpanId());
                if (said != null) {
                    row.mergeFrom(said.observation.buildPartial());
                }
                MessageReferences.assemble(row, messages.get());
                return row.build();
            }).toList();
            return observations.isEmpty() ? Optional.empty() : Optional.of(new Trace(
                    TraceSums.of(observations).addAllScores(scores.get()).build(), observations, scores.get(), false));
        } finally {
            contentBytes.release(atOnceBytes);
        }
    }

    private Optional<Trace> getMeasured(ProjectScope scope, ByteString traceId, Supplier<List<Score>> scores) {
        List<Content> all = reads.list(new ProjectQuery(scope, "hex(span_id), " + nanos("start_time")
                        + ", " + CONTENT_BYTES,
                        ObservationTable.CURRENT_CONTENT)
                        .and("trace_id = unhex(?)", hex(traceId))
                        .then("ORDER BY start_time, span_id LIMIT ?", config.observationsMax() + 1),
                row -> new Content(row.getString(1), row.getLong(2), row.getLong(3)));
        if (all.isEmpty()) {
            return Optional.empty();
        }
        List<Content> kept = withinBounds(all);
        Located located = all.size() > config.observationsMax()
                ? locate(scope, List.of(new Found(traceId, all.getFirst().startUnixNano, all.getLast().startUnixNano)))
                : new Located(List.of(hex(traceId)), all.getFirst().startUnixNano, all.getLast().startUnixNano,
                        all.size());
        Supplier<Map<ByteString, TraceSummary.Builder>> summaries = reads.beside(() -> summarize(scope, located));
        List<Observation> observations = observations(scope, located,
                kept.stream().map(Content::spanIdHex).toList(), kept.stream().mapToLong(Content::bytes).sum());
        return Optional.ofNullable(summaries.get().get(traceId)).map(summary -> new Trace(
                summary.addAllScores(scores.get()).build(), observations, scores.get(),
                observations.size() < summary.getObservationCount()));
    }

    /**
     * The same without input, output, attributes, events and links, for traces of very many observations.
     *
     * @param columns {@link #SUMMARIES} or {@link #STEPS}
     * @param beforeReading is told how many observations are about to be read, and may refuse by an exception
     */
    Optional<Trace> getWithoutContent(ProjectScope scope, ByteString traceId, int limit,
            Table<ObservationRow, Observation.Builder> columns, LongConsumer beforeReading) {
        Supplier<List<Score>> scores = reads.beside(() ->
                scoresOf(scope, ScoreTable.SCORES, List.of(traceId), config.scoresMax()));
        Extent extent = extent(scope, List.of(hex(traceId)));
        if (extent.rows == 0) {
            return Optional.empty();
        }
        beforeReading.accept(Math.min(limit, extent.rows));
        Located located = new Located(List.of(hex(traceId)), extent.firstStartUnixNano, extent.lastStartUnixNano,
                extent.rows);
        // Where all of them are read they tell themselves what they add up to.
        Supplier<Map<ByteString, TraceSummary.Builder>> summaries = extent.rows <= limit ? Map::of
                : reads.beside(() -> summarize(scope, located));
        List<Observation> observations = reads.list(rowsOf(scope, columns.selectList(), located)
                .then("ORDER BY start_time, span_id LIMIT ?", limit), row -> observation(row, columns).build());
        if (observations.isEmpty()) {
            return Optional.empty();
        }
        TraceSummary.Builder summary = Optional.ofNullable(summaries.get().get(traceId))
                .orElseGet(() -> TraceSums.of(observations));
        return Optional.of(new Trace(summary.addAllScores(scores.get()).build(), observations, scores.get(),
                observations.size() < summary.getObservationCount()));
    }

    /** One observation with its content. */
    Optional<Observation> observation(ProjectScope scope, ByteString traceId, ByteString spanId) {
        return reads.list(new ProjectQuery(scope, "hex(span_id), " + nanos("start_time") + ", " + CONTENT_BYTES,
                                ObservationTable.CURRENT_CONTENT)
                                .and("trace_id = unhex(?)", hex(traceId)).and("span_id = unhex(?)", hex(spanId)),
                        row -> new Content(row.getString(1), row.getLong(2), row.getLong(3))).stream()
                .flatMap(found -> observations(scope, new Located(List.of(hex(traceId)), found.startUnixNano,
                        found.startUnixNano, 1), List.of(found.spanIdHex), found.bytes).stream()).findFirst();
    }

    /** Of one observation: where its content is and how much. */
    private record Content(String spanIdHex, long startUnixNano, long bytes) {
    }

    private List<Content> withinBounds(List<Content> all) {
        List<Content> kept = new ArrayList<>();
        long bytes = 0;
        for (Content content : all) {
            bytes += content.bytes;
            boolean fits = bytes <= config.contentBytesMax() || kept.isEmpty();
            if (kept.size() == config.observationsMax() || !fits) {
                break;
            }
            kept.add(content);
        }
        return kept;
    }

    /**
     * Up to one more than the limit. Looks at the newest stretch of time first and at longer and longer ones before it,
     * so that the first page of a busy project does not group a whole day.
     */
    private List<Found> find(ProjectScope scope, TraceFilter filter) {
        if (!filter.traceIds().isEmpty()) {
            return findAmong(scope, filter);
        }
        long from = unixNano(filter.from());
        // Traces of the cursor's own nanosecond may still follow it.
        OptionalLong end = filter.cursor().map(cursor -> OptionalLong.of(cursor.startUnixNano() + 1))
                .or(() -> filter.to().map(to -> OptionalLong.of(unixNano(to)))).orElse(OptionalLong.empty());
        // What a filter costs in other tables depends little on how long the stretch is: two steps, not many.
        boolean filtered = !filter.query().isAll();
        boolean anyTrace = !filtered && filter.search().isEmpty() && filter.levels().isEmpty()
                && filter.environment().isEmpty();
        long stretch = filtered ? config.listStretch().toNanos() * FILTERED_STRETCHES
                : anyTrace ? firstStretch(scope, filter.limit()) : config.listStretch().toNanos();
        long newest = end.orElse(unixNano(Instant.now()));
        List<Found> found = new ArrayList<>();
        while (found.size() <= filter.limit()) {
            long stretchEnd = end.orElse(unixNano(Instant.now()));
            long begin = Math.max(from, stretchEnd - stretch);
            found.addAll(findIn(scope, filter, begin, end, filter.limit() + 1 - found.size()));
            if (begin <= from) {
                break;
            }
            end = OptionalLong.of(begin);
            stretch = filtered ? end.getAsLong() : Math.multiplyExact(stretch, 4);
        }
        if (anyTrace && found.size() > filter.limit()) {
            nanosPerTrace.put(scope.projectId(), (newest - found.getLast().firstStartUnixNano) / found.size());
        }
        return found;
    }

    /** Where the project's traces come so seldom that the usual stretch would not fill the page, as long as they need. */
    private long firstStretch(ProjectScope scope, int limit) {
        long usual = config.listStretch().toNanos();
        Long each = nanosPerTrace.getIfPresent(scope.projectId());
        return each == null ? usual : Math.clamp(each * (limit + 1) * 3 / 2, usual, usual * LEARNT_STRETCHES_MAX);
    }

    /** Of the traces that the filter names: where their rows lie is known from their content. */
    private List<Found> findAmong(ProjectScope scope, TraceFilter filter) {
        Located named = locate(scope, filter.traceIds().stream().map(id -> new Found(id, Long.MAX_VALUE, 0)).toList());
        if (named.firstStartUnixNano == Long.MAX_VALUE) {
            return List.of();
        }
        long from = Math.max(unixNano(filter.from()), named.firstStartUnixNano);
        long end = Math.min(filter.cursor().map(cursor -> cursor.startUnixNano() + 1).or(() -> filter.to()
                .map(TraceQueries::unixNano)).orElse(Long.MAX_VALUE), named.lastStartUnixNano + 1);
        return findIn(scope, filter, from, OptionalLong.of(end), filter.limit() + 1);
    }

    private List<Found> findIn(ProjectScope scope, TraceFilter filter, long from, OptionalLong to, int limit) {
        long margin = config.listMargin().toNanos();
        ProjectQuery query = new ProjectQuery(scope,
                "hex(trace_id), " + nanos(TraceSql.START) + ", " + nanos("max(start_time)"), ObservationTable.CURRENT)
                .and("start_time >= " + TIME, Math.max(0, from - margin));
        to.ifPresent(end -> query.and("start_time < " + TIME, end + margin));
        if (!filter.traceIds().isEmpty()) {
            query.andIn("trace_id", "unhex(?)", filter.traceIds().stream().map(TraceQueries::hex).toList());
        }
        if (!filter.query().isAll()) {
            query.and(filter.query().onTraces(scope, instant(Math.max(0, from - margin)),
                    to.isPresent() ? instant(to.getAsLong() + margin) : null));
        }
        query.then("GROUP BY trace_id HAVING min(start_time) >= " + TIME, from);
        to.ifPresent(end -> query.and("min(start_time) < " + TIME, end));
        filter.cursor().ifPresent(cursor -> query.and(
                "(min(start_time), trace_id) < (" + TIME + ", toFixedString(unhex(?), 16))",
                cursor.startUnixNano(), hex(cursor.traceId())));
        if (!filter.levels().isEmpty()) {
            query.andIn("toInt8(max(level))", "?", filter.levels().stream().map(Level::getNumber).toList());
        }
        if (!filter.environment().isEmpty()) {
            query.and("max(environment = ?)", filter.environment());
        }
        if (!filter.search().isEmpty()) {
            query.and("(max(positionCaseInsensitiveUTF8(name, ?) > 0)"
                    + " OR max(positionCaseInsensitiveUTF8(trace_name, ?) > 0) OR startsWith(hex(trace_id), upper(?)))",
                    filter.search(), filter.search(), filter.search());
        }
        query.then("ORDER BY min(start_time) DESC, trace_id DESC LIMIT ?", limit);
        return reads.list(query, row -> new Found(Column.idFromHex(row.getString(1)), row.getLong(2), row.getLong(3)));
    }

    /** The summaries of the traces over all their rows, wherever in time; without scores. */
    public Map<ByteString, TraceSummary.Builder> summarize(ProjectScope scope, Located traces) {
        if (traces.rows <= SUMMED_HERE_MAX) {
            List<Observation> rows = reads.list(rowsOf(scope, SUMMED.selectList(), traces)
                    .then("LIMIT ?", SUMMED_HERE_MAX + 1), row -> observation(row, SUMMED).build());
            if (rows.size() <= SUMMED_HERE_MAX) {
                Map<ByteString, TraceSummary.Builder> summaries = new LinkedHashMap<>();
                rows.stream().collect(Collectors.groupingBy(Observation::getTraceId)).forEach((id, ofTrace) ->
                        summaries.put(id, TraceSums.of(ofTrace)));
                return summaries;
            }
        }
        return summarizeInSql(scope, traces);
    }

    /** The same, added up by the engine: for any number of rows. */
    Map<ByteString, TraceSummary.Builder> summarizeInSql(ProjectScope scope, Located traces) {
        Map<ByteString, TraceSummary.Builder> summaries = new LinkedHashMap<>();
        reads.list(rowsOf(scope, SUMMARY, traces).then("GROUP BY trace_id"), TraceQueries::summary)
                .forEach(trace -> summaries.put(trace.getTraceId(), trace));
        return summaries;
    }

    /**
     * Traces of which something arrived after {@code received} and that started after {@code started}, the newest first.
     */
    List<Found> arrived(ProjectScope scope, Filter filter, Instant received, Instant started, int limit) {
        ProjectQuery query = new ProjectQuery(scope, "hex(trace_id), " + nanos("min(start_time)") + ", "
                + nanos("max(start_time)"), ObservationTable.CURRENT)
                .and("start_time >= " + TIME, unixNano(started)).and("received_at >= " + TIME, unixNano(received));
        if (!filter.isAll()) {
            query.and(filter.onTraces(scope, started, null));
        }
        return reads.list(query.then("GROUP BY trace_id ORDER BY max(start_time) DESC LIMIT ?", limit),
                row -> new Found(Column.idFromHex(row.getString(1)), row.getLong(2), row.getLong(3)));
    }

    /** A query of all rows of the traces in `observations`. */
    public ProjectQuery rowsOf(ProjectScope scope, String columns, Located traces) {
        return new ProjectQuery(scope, columns, ObservationTable.CURRENT)
                .andIn("trace_id", "unhex(?)", traces.traceIds)
                .and("start_time >= " + TIME, traces.firstStartUnixNano)
                .and("start_time <= " + TIME, traces.lastStartUnixNano);
    }

    /** Finds rows of the traces farther away in time than a list has looked. What was replaced only widens the span. */
    public Located locate(ProjectScope scope, List<Found> traces) {
        List<String> ids = traces.stream().map(trace -> hex(trace.traceId)).toList();
        Extent stored = extent(scope, ids);
        long first = traces.stream().mapToLong(Found::firstStartUnixNano).min().orElseThrow();
        long last = traces.stream().mapToLong(Found::lastStartUnixNano).max().orElseThrow();
        return stored.rows == 0 ? new Located(ids, first, last, 0) : new Located(ids,
                Math.min(first, stored.firstStartUnixNano), Math.max(last, stored.lastStartUnixNano), stored.rows);
    }

    /** Between which starts stored content lies, and in how many rows, replaced ones among them. */
    private record Extent(long firstStartUnixNano, long lastStartUnixNano, long rows) {
    }

    private Extent extent(ProjectScope scope, List<String> traceIds) {
        return reads.list(new ProjectQuery(scope, nanos("min(start_time)") + ", " + nanos("max(start_time)") + ", count()",
                        ObservationTable.CONTENT.name()).andIn("trace_id", "unhex(?)", traceIds),
                row -> new Extent(row.getLong(1), row.getLong(2), row.getLong(3))).getFirst();
    }

    private static Observation.Builder observation(ResultSet row, Table<ObservationRow, Observation.Builder> columns)
            throws SQLException {
        Observation.Builder observation = Observation.newBuilder();
        columns.read(row, 1, observation);
        return observation;
    }

    private static TraceSummary.Builder summary(ResultSet row) throws SQLException {
        return TraceSummary.newBuilder()
                .setTraceId(Column.idFromHex(row.getString(1)))
                .setName(row.getString(2))
                .setStartUnixNano(row.getLong(3))
                .setEndUnixNano(row.getLong(4))
                .setLevel(Level.valueOf(row.getString(5)))
                .setObservationCount(row.getLong(6))
                .setErrorCount(row.getLong(7))
                .setInputTokens(row.getLong(8))
                .setOutputTokens(row.getLong(9))
                .setTotalTokens(row.getLong(10))
                .setTotalCostPicoUsd(Column.toPico(row.getBigDecimal(11)))
                .setUserId(row.getString(12))
                .setSessionId(row.getString(13))
                .setEnvironment(row.getString(14))
                .setRelease(row.getString(15))
                .setVersion(row.getString(16))
                .addAllTags(texts(row, 17))
                .addAllModels(texts(row, 18))
                .setUsageEstimated(row.getBoolean(19));
    }

    /** An observation's name in the store, in hexadecimal. */
    public record ObservationKey(String traceId, String spanId) {
    }

    /**
     * The observations of the traces that have the given span ids, by trace and start. Their content comes with them
     * unless {@code bytes}, what it weighs, is more than one answer may hold.
     */
    public List<Observation> observations(ProjectScope scope, Located traces, List<String> spanIds, long bytes) {
        return observations(scope, traces, query -> query.andIn("span_id", "unhex(?)", spanIds),
                config.observationsMax(), bytes);
    }

    /** The observations with these keys, which lie within {@code traces}; else as above. */
    public List<Observation> observations(ProjectScope scope, Located traces, Collection<ObservationKey> keys,
            long bytes) {
        return keys.isEmpty() ? List.of() : observations(scope, traces, query -> withKeys(query, keys), keys.size(), bytes);
    }

    /** What the content of the observations with these keys weighs. */
    public long contentBytes(ProjectScope scope, Located traces, Collection<ObservationKey> keys) {
        // A trace that is just being deleted may be found and have no rows any more.
        return keys.isEmpty() ? 0 : reads.list(withKeys(new ProjectQuery(scope, "sum(" + CONTENT_BYTES + ")",
                ObservationTable.CURRENT_CONTENT).andIn("trace_id", "unhex(?)", traces.traceIds), keys),
                row -> row.getLong(1)).getFirst();
    }

    private static ProjectQuery withKeys(ProjectQuery query, Collection<ObservationKey> keys) {
        return query.and("(trace_id, span_id) IN ("
                + String.join(", ", Collections.nCopies(keys.size(), "(unhex(?), unhex(?))")) + ")",
                keys.stream().flatMap(key -> Stream.of(key.traceId, key.spanId)).toArray());
    }

    private List<Observation> observations(ProjectScope scope, Located traces, UnaryOperator<ProjectQuery> which,
            int countMax, long bytes) {
        int permits = bytes > config.contentBytesMax() ? 0 : (int) bytes;
        acquire(permits);
        try {
            Map<ByteString, Observation.Builder> byId = rows(scope, traces, which, countMax);
            if (bytes <= config.contentBytesMax()) {
                addContent(scope, traces, which, countMax, byId);
            }
            return byId.values().stream().map(Observation.Builder::build).toList();
        } finally {
            contentBytes.release(permits);
        }
    }

    /** The observations of a list with their content, which is read in pieces of no more than one answer may hold. */
    List<Observation> withContent(ProjectScope scope, List<Observation> listed) {
        List<Observation> whole = new ArrayList<>();
        for (int from = 0; from < listed.size(); from += OBSERVATIONS_WITH_CONTENT) {
            List<Observation> some = listed.subList(from, Math.min(listed.size(), from + OBSERVATIONS_WITH_CONTENT));
            List<String> traceIds = some.stream().map(o -> hex(o.getTraceId())).distinct().toList();
            List<ObservationKey> keys = some.stream()
                    .map(o -> new ObservationKey(hex(o.getTraceId()), hex(o.getSpanId()))).toList();
            Located located = new Located(traceIds,
                    some.stream().mapToLong(Observation::getStartUnixNano).min().orElseThrow(),
                    some.stream().mapToLong(Observation::getStartUnixNano).max().orElseThrow(), some.size());
            Map<ByteString, Observation.Builder> byId = new LinkedHashMap<>();
            some.forEach(o -> byId.put(o.getTraceId().concat(o.getSpanId()), o.toBuilder()));
            acquire(config.contentBytesMax());
            try {
                addContent(scope, located, query -> withKeys(query, keys), keys.size(), byId);
            } finally {
                contentBytes.release(config.contentBytesMax());
            }
            byId.values().forEach(o -> whole.add(o.build()));
        }
        return whole;
    }

    private void acquire(int bytes) {
        try {
            if (!contentBytes.tryAcquire(bytes, config.contentWait().toMillis(), TimeUnit.MILLISECONDS)) {
                throw ServiceException.overloaded("many large traces are being read; try again", RETRY_AFTER);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ServiceException.of(ErrorCode.OVERLOADED, "query-service is shutting down");
        }
    }

    private Map<ByteString, Observation.Builder> rows(ProjectScope scope, Located traces,
            UnaryOperator<ProjectQuery> which, int countMax) {
        Map<ByteString, Observation.Builder> byId = new LinkedHashMap<>();
        reads.list(which.apply(rowsOf(scope, SUMMARIES.selectList(), traces))
                .then("ORDER BY trace_id, start_time, span_id LIMIT ?", countMax), row -> observation(row, SUMMARIES))
                .forEach(each -> byId.put(each.getTraceId().concat(each.getSpanId()), each));
        return byId;
    }

    private void addContent(ProjectScope scope, Located traces, UnaryOperator<ProjectQuery> which, int countMax,
            Map<ByteString, Observation.Builder> byId) {
        reads.list(which.apply(new ProjectQuery(scope, "hex(trace_id) || hex(span_id), "
                        + ObservationTable.CONTENT.selectList(), ObservationTable.CURRENT_CONTENT)
                        .andIn("trace_id", "unhex(?)", traces.traceIds)).then("LIMIT ?", countMax),
                row -> {
                    Observation.Builder observation = byId.get(Column.idFromHex(row.getString(1)));
                    if (observation != null) {
                        ObservationTable.CONTENT.read(row, 2, observation);
                    }
                    return byId;
                });
        Map<String, String> messages = messages(scope, traces, List.copyOf(MessageReferences.hashes(byId.values())));
        byId.values().forEach(observation -> MessageReferences.assemble(observation, messages));
    }

    /** What the messages say, by hash. What they weigh is bounded like the content that refers to them. */
    private Map<String, String> messages(ProjectScope scope, Located traces, List<String> hashes) {
        Map<String, String> bodies = new HashMap<>();
        for (int from = 0; from < hashes.size(); from += MESSAGES_PER_QUERY) {
            reads.list(new ProjectQuery(scope, MessageTable.HASH_AND_BODY, MessageTable.MESSAGES.name())
                            .andIn("trace_id", "unhex(?)", traces.traceIds)
                            .andIn("hash", "unhex(?)",
                                    hashes.subList(from, Math.min(hashes.size(), from + MESSAGES_PER_QUERY)))
                            .then("LIMIT 1 BY hash"),
                    row -> bodies.put(row.getString(1), row.getString(2)));
        }
        return bodies;
    }

    /** Oldest first; of each trace no more than the newest {@code perTraceMax}. */
    public List<Score> scoresOf(ProjectScope scope, Table<ScoreRow, Score.Builder> columns,
            Collection<ByteString> traceIds, int perTraceMax) {
        List<String> ids = traceIds.stream().map(TraceQueries::hex).toList();
        RowReader<Score> reader = row -> {
            Score.Builder score = Score.newBuilder();
            columns.read(row, 1, score);
            return score.build();
        };
        // Not FINAL, which takes twice as long: of rows with one id the latest counts.
        String latest = "ORDER BY updated_at DESC LIMIT 1 BY trace_id, id";
        List<Score> few = reads.list(new ProjectQuery(scope, columns.selectList(), columns.name())
                .andIn("trace_id", "unhex(?)", ids).then(latest + " LIMIT ?", SCORES_CUT_HERE_MAX + 1), reader);
        if (few.size() <= SCORES_CUT_HERE_MAX) {
            Map<ByteString, Integer> taken = new HashMap<>();
            return few.stream().sorted(NEWEST_FIRST)
                    .filter(score -> taken.merge(score.getTraceId(), 1, Integer::sum) <= perTraceMax).toList().reversed();
        }
        return reads.list(new ProjectQuery(scope, String.join(", ", columns.columnNames()), columns.name())
                .andIn("trace_id", "unhex(?)", ids).then(latest).within(columns.selectList())
                .then("ORDER BY timestamp DESC, id LIMIT ? BY trace_id", perTraceMax), reader).reversed();
    }

    public static List<String> texts(ResultSet row, int column) throws SQLException {
        List<String> texts = new ArrayList<>();
        for (Object text : (Object[]) row.getArray(column).getArray()) {
            texts.add((String) text);
        }
        return texts;
    }

    /** As ClickHouse's DateTime64(9) counts. */
    public static long unixNano(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
    }

    public static Instant instant(long unixNano) {
        return Instant.ofEpochSecond(0, unixNano);
    }

    public static String nanos(String time) {
        return "toUnixTimestamp64Nano(" + time + ")";
    }

    public static String hex(ByteString id) {
        return HEX.formatHex(id.toByteArray());
    }
}
