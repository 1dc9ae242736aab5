package dev.sightline.query.langfuse;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sightline.base.id.ExternalIds;
import dev.sightline.proto.score.v1.ScoreDataType;
import dev.sightline.query.langfuse.LangfuseTraceFilter.FieldGroup;
import dev.sightline.query.langfuse.LangfuseTraceQueries.Entry;
import dev.sightline.query.trace.JsonText;
import dev.sightline.query.trace.TraceQueries;
import dev.sightline.storage.observation.ObservationTable;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Traces in the shape of Langfuse's public API (version 3): camelCase, times in ISO-8601 UTC with milliseconds,
 * durations in seconds, money in US dollars, null for what was not reported.
 */
final class LangfuseJson {
    private static final DateTimeFormatter MILLISECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private LangfuseJson() {
    }

    /** A page by number. */
    @Schema(name = "LangfuseTracePage")
    record TracePage(List<ListedTrace> data, Meta meta) {
        static TracePage of(LangfuseTraceQueries.Page page, LangfuseTraceFilter filter, String projectId) {
            return new TracePage(
                    page.entries().stream().map(entry -> ListedTrace.of(entry, filter.fields(), projectId)).toList(),
                    filter.page().meta(page.totalItems()));
        }
    }

    /** Where a page stands. */
    @Schema(name = "LangfuseMeta")
    record Meta(int page, int limit, long totalItems, long totalPages) {
    }

    /** A trace in a list: observations and scores by id. */
    @Schema(name = "LangfuseListedTrace")
    record ListedTrace(String id, String projectId, String timestamp, String name, Object input, Object output,
            String sessionId, String release, String version, String userId, Object metadata, List<String> tags,
            boolean bookmarked, @JsonProperty("public") boolean isPublic,
            String environment, String externalId, String htmlPath, double latency, double totalCost,
            List<String> observations, List<String> scores, String createdAt, String updatedAt) {
        static ListedTrace of(Entry entry, Set<FieldGroup> fields, String projectId) {
            var t = entry.summary();
            boolean metrics = fields.contains(FieldGroup.METRICS);
            return new ListedTrace(entry.id(), projectId, time(entry.startUnixNano()), text(t.getName()),
                    entry.root().map(root -> JsonText.of(root.getInput())).orElse(null),
                    entry.root().map(root -> JsonText.of(root.getOutput())).orElse(null),
                    text(t.getSessionId()), text(t.getRelease()), text(t.getVersion()), text(t.getUserId()),
                    entry.root().map(LangfuseMetadata::of).orElse(null), t.getTagsList(), false, entry.isPublic(),
                    environmentOf(t.getEnvironment()), null, pagePath(projectId, TraceQueries.hex(t.getTraceId())),
                    metrics ? seconds(t.getStartUnixNano(), t.getEndUnixNano()) : -1,
                    metrics ? usd(t.getTotalCostPicoUsd()) : -1,
                    fields.contains(FieldGroup.OBSERVATIONS) ? entry.observationIds() : List.of(),
                    t.getScoresList().stream().map(score -> score.getId()).toList(),
                    time(entry.startUnixNano()), time(t.getEndUnixNano()));
        }
    }

    /** A whole trace. */
    @Schema(name = "LangfuseFullTrace")
    record FullTrace(String id, String projectId, String timestamp, String name, Object input, Object output,
            String sessionId, String release, String version, String userId, Object metadata, List<String> tags,
            boolean bookmarked, @JsonProperty("public") boolean isPublic,
            String environment, String externalId, String htmlPath, double latency, double totalCost,
            List<Observation> observations, List<Score> scores, String createdAt, String updatedAt) {
        /** @param fields what is not asked for is null, an empty list or -1, as in lists */
        static FullTrace of(TraceQueries.Trace trace, Set<FieldGroup> fields, String projectId) {
            boolean io = fields.contains(FieldGroup.IO);
            boolean metrics = fields.contains(FieldGroup.METRICS);
            var t = trace.summary();
            var record = trace.observations().stream().filter(o -> o.getTraceRecord()).findFirst();
            // Sorted by start: the first without a parent is the root, else the earliest stands for it.
            var root = record.or(() -> trace.observations().stream().filter(o -> o.getParentSpanId().isEmpty())
                    .findFirst()).orElse(trace.observations().getFirst());
            String external = trace.observations().stream().map(o -> o.getExternalTraceId())
                    .filter(name -> !name.isEmpty()).findFirst().orElse("");
            long start = record.map(o -> o.getStartUnixNano()).orElse(t.getStartUnixNano());
            return new FullTrace(ExternalIds.name(external, t.getTraceId()), projectId, time(start), text(t.getName()),
                    io ? JsonText.of(root.getInput()) : null, io ? JsonText.of(root.getOutput()) : null,
                    text(t.getSessionId()), text(t.getRelease()), text(t.getVersion()), text(t.getUserId()),
                    io ? LangfuseMetadata.of(root) : null, t.getTagsList(), false,
                    trace.observations().stream().anyMatch(o -> o.getPublic()),
                    environmentOf(t.getEnvironment()), null, pagePath(projectId, TraceQueries.hex(t.getTraceId())),
                    metrics ? seconds(t.getStartUnixNano(), t.getEndUnixNano()) : -1,
                    metrics ? usd(t.getTotalCostPicoUsd()) : -1,
                    !fields.contains(FieldGroup.OBSERVATIONS) ? List.of() : trace.observations().stream()
                            .filter(o -> !o.getTraceRecord()).map(o -> Observation.of(o, projectId)).toList(),
                    !fields.contains(FieldGroup.SCORES) ? List.of() : trace.scores().stream()
                            .filter(Score::hasShape).map(s -> Score.of(s, projectId)).toList(),
                    time(start), time(t.getEndUnixNano()));
        }
    }

    /** Tokens and their cost as Langfuse counted them before usageDetails. */
    @Schema(name = "LangfuseUsage")
    record Usage(long input, long output, long total, String unit, Double inputCost, Double outputCost,
            Double totalCost) {
    }

    /** A step of a trace. */
    @Schema(name = "LangfuseObservation")
    record Observation(String id, String traceId, String projectId, String type, String name, String startTime,
            String endTime, String completionStartTime, String model, Object modelParameters, Object input,
            Object output, Object metadata, String version, String environment, String level, String statusMessage,
            String parentObservationId, String promptId, String promptName, Integer promptVersion, String modelId,
            Double inputPrice, Double outputPrice, Double totalPrice, Double calculatedInputCost,
            Double calculatedOutputCost, Double calculatedTotalCost, Map<String, Long> usageDetails,
            Map<String, Double> costDetails, Usage usage, String unit, long promptTokens, long completionTokens,
            long totalTokens, Double latency, Double timeToFirstToken, String createdAt, String updatedAt) {
        static Observation of(dev.sightline.proto.observation.v1.Observation o, String projectId) {
            Map<String, Long> usage = new TreeMap<>(o.getUsageMap());
            if (o.getTotalTokens() > 0) {
                usage.putIfAbsent("total", o.getTotalTokens());
            }
            Map<String, Double> cost = new TreeMap<>();
            o.getCostPicoUsdMap().forEach((kind, picoUsd) -> cost.put(kind, usd(picoUsd)));
            boolean priced = !cost.isEmpty();
            Double inputCost = priced ? usd(costOf(o.getCostPicoUsdMap(), "input")) : null;
            Double outputCost = priced ? usd(costOf(o.getCostPicoUsdMap(), "output")) : null;
            Double totalCost = priced ? usd(o.getTotalCostPicoUsd()) : null;
            long start = o.getStartUnixNano();
            long firstToken = o.getCompletionStartUnixNano();
            long end = o.getEndUnixNano();
            return new Observation(ExternalIds.name(o.getExternalId(), o.getSpanId()),
                    ExternalIds.name(o.getExternalTraceId(), o.getTraceId()), projectId,
                    ObservationTable.typeName(o.getType()).toUpperCase(Locale.ROOT), text(o.getName()), time(start),
                    time(end), time(firstToken), text(o.getModel()),
                    JsonText.object(o.getModelParameters()), JsonText.of(o.getInput()), JsonText.of(o.getOutput()),
                    LangfuseMetadata.of(o), text(o.getVersion()), environmentOf(o.getEnvironment()),
                    o.getLevel().name(), text(o.getStatusMessage()), parent(o), null,
                    text(o.getPromptName()), o.getPromptVersion() == 0 ? null : o.getPromptVersion(), null, null, null,
                    null, inputCost, outputCost, totalCost, usage, cost,
                    new Usage(o.getInputTokens(), o.getOutputTokens(), o.getTotalTokens(), "TOKENS", inputCost,
                            outputCost, totalCost),
                    "TOKENS", o.getInputTokens(), o.getOutputTokens(), o.getTotalTokens(),
                    end == 0 ? null : seconds(start, end), firstToken == 0 ? null : seconds(start, firstToken),
                    time(start), time(Math.max(start, end)));
        }

        /** The trace's own record stands for the trace, which is nobody's parent observation. */
        private static String parent(dev.sightline.proto.observation.v1.Observation o) {
            return o.getParentSpanId().equals(ExternalIds.traceRecordSpanId(o.getTraceId())) ? null
                    : text(ExternalIds.name(o.getExternalParentId(), o.getParentSpanId()));
        }

        /** All kinds of one side: {@code input}, {@code input_cached_tokens} and so on. */
        private static long costOf(Map<String, Long> picoUsd, String side) {
            return picoUsd.entrySet().stream().filter(cost -> cost.getKey().startsWith(side))
                    .mapToLong(Map.Entry::getValue).sum();
        }
    }

    /** A judgement. */
    @Schema(name = "LangfuseScore")
    record Score(String id, String traceId, String observationId, String sessionId, String datasetRunId,
            String projectId, String name, String source, String dataType, double value, String stringValue,
            String comment, Map<String, Object> metadata, String environment, String configId, String queueId,
            String authorUserId, String timestamp, String createdAt, String updatedAt) {
        /** Langfuse knows no score without a value: a failed evaluation stays in our own API. */
        static boolean hasShape(dev.sightline.proto.score.v1.Score s) {
            return s.getError().isEmpty() && (s.hasValue() || !s.getStringValue().isEmpty());
        }

        static Score of(dev.sightline.proto.score.v1.Score s, String projectId) {
            boolean isBoolean = s.getDataType() == ScoreDataType.BOOLEAN;
            String booleanText = s.getValue() == 0 ? "False" : "True";
            return new Score(s.getId(), text(ExternalIds.name(s.getExternalTraceId(), s.getTraceId())),
                    text(ExternalIds.name(s.getExternalObservationId(), s.getSpanId())),
                    text(s.getSessionId()), text(s.getDatasetRunId()), projectId, s.getName(), source(s), s.getDataType().name(),
                    s.getValue(), isBoolean ? booleanText : text(s.getStringValue()), text(s.getComment()),
                    s.getMetadataMap().entrySet().stream().filter(entry -> !entry.getValue().isEmpty())
                            .collect(Collectors.toMap(Map.Entry::getKey, entry -> JsonText.of(entry.getValue()),
                                    (a, b) -> a, TreeMap::new)),
                    environmentOf(s.getEnvironment()), text(s.getConfigId()), text(s.getQueueId()),
                    text(s.getAuthorUserId()), time(s.getTimestampUnixNano()), time(s.getTimestampUnixNano()),
                    time(s.getUpdatedAtUnixNano()));
        }

        private static String source(dev.sightline.proto.score.v1.Score s) {
            return switch (s.getSource()) {
                case EVALUATOR -> "EVAL";
                case ANNOTATION -> "ANNOTATION";
                case FEEDBACK, API, SCORE_SOURCE_UNSPECIFIED, UNRECOGNIZED -> "API";
            };
        }
    }

    static String pagePath(String projectId, String traceId) {
        return "/project/" + projectId + "/traces/" + traceId;
    }

    static String text(String value) {
        return value.isEmpty() ? null : value;
    }

    static String environmentOf(String value) {
        return value.isEmpty() ? "default" : value;
    }

    static String time(long unixNano) {
        return unixNano == 0 ? null : MILLISECONDS.format(Instant.ofEpochSecond(0, unixNano));
    }

    static String time(Instant time) {
        return MILLISECONDS.format(time);
    }

    static double seconds(long startUnixNano, long endUnixNano) {
        return (endUnixNano - startUnixNano) / 1e9;
    }

    static double usd(long picoUsd) {
        return picoUsd / 1e12;
    }
}
