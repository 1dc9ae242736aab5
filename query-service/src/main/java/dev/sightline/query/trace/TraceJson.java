package dev.sightline.query.trace;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.google.protobuf.ByteString;
import dev.sightline.proto.observation.v1.Event;
import dev.sightline.proto.observation.v1.Link;
import dev.sightline.proto.score.v1.ScoreDataType;
import dev.sightline.storage.observation.ObservationTable;
import dev.sightline.storage.score.ScoreTable;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * How {@code /api/v1} writes traces: snake_case, times in ISO-8601 UTC with up to nine fraction digits, durations as
 * milliseconds with fractions, money in US dollars, ids in lower-case hex, null for what was not reported.
 */
public final class TraceJson {
    private TraceJson() {
    }

    /** The whole trace, for Jackson. */
    public static Object detail(TraceQueries.Trace trace) {
        return TraceDetail.of(trace);
    }

    /** A page of traces, newest first. */
    @JsonNaming(SnakeCaseStrategy.class)
    public record TracePage(List<TraceSummary> data, @Schema(description = "null on the last page")
            @Nullable String nextCursor) {
        public static TracePage of(TraceQueries.Page page) {
            return new TracePage(page.traces().stream().map(TraceSummary::of).toList(),
                    page.next().map(TraceCursor::encode).orElse(null));
        }
    }

    /** What lists show of a trace; sums leave out an agent's usage where the calls below it report theirs. */
    @JsonNaming(SnakeCaseStrategy.class)
    public record TraceSummary(String traceId, @Nullable String name, Instant startTime, @Nullable Instant endTime,
            double latencyMs, @Schema(ref = "Level") String level, long observationCount, long errorCount,
            long inputTokens, long outputTokens, long totalTokens,
            @Schema(description = "some of the tokens are estimated") boolean usageEstimated, BigDecimal totalCost,
            @Nullable String userId, @Nullable String sessionId, @Nullable String environment, @Nullable String release,
            @Nullable String version, List<String> tags, List<String> models, List<ScoreSummary> scores) {
        public static TraceSummary of(dev.sightline.proto.query.v1.TraceSummary t) {
            return new TraceSummary(hex(t.getTraceId()), text(t.getName()), time(t.getStartUnixNano()),
                    time(t.getEndUnixNano()), millis(t.getStartUnixNano(), t.getEndUnixNano()), t.getLevel().name(),
                    t.getObservationCount(), t.getErrorCount(), t.getInputTokens(), t.getOutputTokens(),
                    t.getTotalTokens(), t.getUsageEstimated(), usd(t.getTotalCostPicoUsd()), text(t.getUserId()),
                    text(t.getSessionId()), text(t.getEnvironment()), text(t.getRelease()), text(t.getVersion()),
                    t.getTagsList(), t.getModelsList(), t.getScoresList().stream().map(ScoreSummary::of).toList());
        }
    }

    /** What lists show of a score. */
    @JsonNaming(SnakeCaseStrategy.class)
    public record ScoreSummary(String name, @Schema(ref = "ScoreDataType") String dataType, @Nullable Double value,
            @Nullable String stringValue, @Schema(ref = "ScoreSource") String source) {
        public static ScoreSummary of(dev.sightline.proto.score.v1.Score s) {
            return new ScoreSummary(s.getName(), dataTypeOf(s), valueOf(s), text(s.getStringValue()),
                    ScoreTable.sourceName(s.getSource()));
        }
    }

    /** A whole trace. */
    @JsonNaming(SnakeCaseStrategy.class)
    public record TraceDetail(TraceSummary trace, List<Observation> observations, List<Score> scores,
            @Schema(description = "true when the server's bounds cut later observations") boolean truncated) {
        public static TraceDetail of(TraceQueries.Trace trace) {
            return new TraceDetail(TraceSummary.of(trace.summary()),
                    trace.observations().stream().map(Observation::of).toList(),
                    trace.scores().stream().map(Score::of).toList(), trace.truncated());
        }
    }

    /** A whole trace as its tree shows it. */
    @JsonNaming(SnakeCaseStrategy.class)
    public record TraceOutline(TraceSummary trace, List<Step> steps, List<Score> scores,
            @Schema(description = "true when limit or the server's bounds cut later steps") boolean truncated) {
        public static TraceOutline of(TraceQueries.Trace trace) {
            return new TraceOutline(TraceSummary.of(trace.summary()),
                    trace.observations().stream().map(Step::of).toList(),
                    trace.scores().stream().map(Score::of).toList(), trace.truncated());
        }
    }

    /**
     * What a tree shows of an observation. What was not reported is left out, tokens and cost too: of thousands of steps
     * most of an {@link Observation} would be nulls.
     */
    @JsonNaming(SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Step(String spanId, @Nullable String parentSpanId, String name,
            @Schema(ref = "ObservationType") String type, @Schema(ref = "Level") String level,
            @Nullable String statusMessage, @Nullable String errorType, Instant startTime, @Nullable Double latencyMs,
            @Nullable Double timeToFirstTokenMs, @Nullable String model, @Nullable String toolName,
            @Nullable String agentName, @Nullable Long inputTokens, @Nullable Long outputTokens,
            @Nullable Long totalTokens, @Schema(description = "true, or left out") @Nullable Boolean usageEstimated,
            @Nullable BigDecimal totalCost) {
        public static Step of(dev.sightline.proto.observation.v1.Observation o) {
            long start = o.getStartUnixNano();
            boolean usesTokens = o.getTotalTokens() > 0 || o.getUsageCount() > 0;
            boolean costs = o.getTotalCostPicoUsd() != 0 || o.getCostPicoUsdCount() > 0;
            return new Step(hex(o.getSpanId()), hex(o.getParentSpanId()), o.getName(),
                    ObservationTable.typeName(o.getType()), o.getLevel().name(), text(o.getStatusMessage()),
                    text(o.getErrorType()), time(start),
                    o.getEndUnixNano() == 0 ? null : (Double) millis(start, o.getEndUnixNano()),
                    o.getCompletionStartUnixNano() == 0 ? null : (Double) millis(start, o.getCompletionStartUnixNano()),
                    text(o.getModel()), text(o.getToolName()), text(o.getAgentName()),
                    usesTokens ? (Long) o.getInputTokens() : null, usesTokens ? (Long) o.getOutputTokens() : null,
                    usesTokens ? (Long) o.getTotalTokens() : null, o.getUsageEstimated() ? true : null,
                    costs ? usd(o.getTotalCostPicoUsd()) : null);
        }
    }

    /** One step of a trace, with content. {@code input} and {@code output} are JSON where the sender sent JSON. */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Observation(String spanId, @Nullable String parentSpanId, String name,
            @Schema(ref = "ObservationType") String type, @Schema(ref = "Level") String level,
            @Nullable String statusMessage, Instant startTime, @Nullable Instant endTime, @Nullable Double latencyMs,
            @Nullable Instant completionStartTime, @Nullable Double timeToFirstTokenMs, @Nullable String environment,
            @Nullable String model, @Nullable String provider,
            @Schema(implementation = Map.class) @Nullable Object modelParameters, Map<String, Long> usage,
            boolean usageEstimated, Map<String, BigDecimal> cost, long inputTokens, long outputTokens, long totalTokens,
            BigDecimal totalCost, @Nullable Object input, @Nullable Object output, Map<String, Object> metadata,
            Map<String, String> attributes, Map<String, String> resourceAttributes, List<SpanEvent> events,
            List<SpanLink> links, @Nullable String serviceName, @Nullable String scopeName,
            @Nullable String scopeVersion, @Nullable String userId, @Nullable String sessionId,
            @Nullable String toolName, @Nullable String toolCallId, @Nullable String agentName,
            @Nullable String promptName, @Nullable Integer promptVersion, @Nullable String errorType) {
        public static Observation of(dev.sightline.proto.observation.v1.Observation o) {
            long start = o.getStartUnixNano();
            long firstToken = o.getCompletionStartUnixNano();
            return new Observation(hex(o.getSpanId()), hex(o.getParentSpanId()), o.getName(),
                    ObservationTable.typeName(o.getType()), o.getLevel().name(), text(o.getStatusMessage()),
                    time(start), time(o.getEndUnixNano()),
                    o.getEndUnixNano() == 0 ? null : millis(start, o.getEndUnixNano()), time(firstToken),
                    firstToken == 0 ? null : millis(start, firstToken), text(o.getEnvironment()), text(o.getModel()),
                    text(o.getProvider()), JsonText.object(o.getModelParameters()), new TreeMap<>(o.getUsageMap()),
                    o.getUsageEstimated(), usd(o.getCostPicoUsdMap()), o.getInputTokens(), o.getOutputTokens(),
                    o.getTotalTokens(), usd(o.getTotalCostPicoUsd()), JsonText.of(o.getInput()),
                    JsonText.of(o.getOutput()), values(o.getMetadataMap()), new TreeMap<>(o.getAttributesMap()),
                    new TreeMap<>(o.getResourceAttributesMap()),
                    o.getEventsList().stream().map(SpanEvent::of).toList(),
                    o.getLinksList().stream().map(SpanLink::of).toList(), text(o.getServiceName()),
                    text(o.getScopeName()), text(o.getScopeVersion()), text(o.getUserId()), text(o.getSessionId()),
                    text(o.getToolName()), text(o.getToolCallId()), text(o.getAgentName()), text(o.getPromptName()),
                    o.getPromptVersion() == 0 ? null : o.getPromptVersion(), text(o.getErrorType()));
        }
    }

    /** A span's event. */
    public record SpanEvent(String name, Instant time, Map<String, String> attributes) {
        public static SpanEvent of(Event e) {
            return new SpanEvent(e.getName(), TraceJson.time(e.getTimeUnixNano()), new TreeMap<>(e.getAttributesMap()));
        }
    }

    /** A span's link to another span. */
    @JsonNaming(SnakeCaseStrategy.class)
    public record SpanLink(@Nullable String traceId, @Nullable String spanId, Map<String, String> attributes) {
        public static SpanLink of(Link l) {
            return new SpanLink(hex(l.getTraceId()), hex(l.getSpanId()), new TreeMap<>(l.getAttributesMap()));
        }
    }

    /**
     * A judgement on a trace, one of its observations, a session or a dataset run. {@code error}: why there is no value.
     */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Score(String id, @Nullable String traceId, @Nullable String observationId, @Nullable String sessionId,
            @Nullable String datasetRunId, String name, @Schema(ref = "ScoreDataType") String dataType,
            @Nullable Double value, @Nullable String stringValue, @Nullable String comment, @Schema(ref = "ScoreSource") String source,
            @Nullable String evaluatorName, @Nullable String evaluatorVersion, @Nullable String evaluatorTraceId,
            @Nullable String model, Instant timestamp, Map<String, Object> metadata, @Nullable String error) {
        public static Score of(dev.sightline.proto.score.v1.Score s) {
            return new Score(s.getId(), hex(s.getTraceId()), hex(s.getSpanId()), text(s.getSessionId()),
                    text(s.getDatasetRunId()), s.getName(), dataTypeOf(s), valueOf(s), text(s.getStringValue()),
                    text(s.getComment()),
                    ScoreTable.sourceName(s.getSource()), text(s.getEvaluatorName()), text(s.getEvaluatorVersion()),
                    hex(s.getEvaluatorTraceId()), text(s.getModel()), time(s.getTimestampUnixNano()),
                    values(s.getMetadataMap()), text(s.getError()));
        }
    }

    public static String hex(ByteString id) {
        return id.isEmpty() ? null : TraceQueries.hex(id);
    }

    public static String text(String value) {
        return value.isEmpty() ? null : value;
    }

    public static Instant time(long unixNano) {
        return unixNano == 0 ? null : Instant.ofEpochSecond(0, unixNano);
    }

    public static double millis(long startUnixNano, long endUnixNano) {
        return (endUnixNano - startUnixNano) / 1e6;
    }

    public static BigDecimal usd(long picoUsd) {
        BigDecimal usd = BigDecimal.valueOf(picoUsd, 12).stripTrailingZeros();
        return usd.scale() < 0 ? usd.setScale(0) : usd;
    }

    public static Map<String, BigDecimal> usd(Map<String, Long> picoUsd) {
        Map<String, BigDecimal> usd = new TreeMap<>();
        picoUsd.forEach((kind, cost) -> usd.put(kind, usd(cost)));
        return usd;
    }

    public static Double valueOf(dev.sightline.proto.score.v1.Score score) {
        return score.hasValue() ? score.getValue() : null;
    }

    public static String dataTypeOf(dev.sightline.proto.score.v1.Score score) {
        return Set.of(ScoreDataType.SCORE_DATA_TYPE_UNSPECIFIED, ScoreDataType.UNRECOGNIZED)
                .contains(score.getDataType()) ? ScoreDataType.NUMERIC.name() : score.getDataType().name();
    }

    private static Map<String, Object> values(Map<String, String> texts) {
        return texts.entrySet().stream().sorted(Map.Entry.comparingByKey()).collect(LinkedHashMap::new,
                (map, entry) -> map.put(entry.getKey(), JsonText.of(entry.getValue())), Map::putAll);
    }
}
