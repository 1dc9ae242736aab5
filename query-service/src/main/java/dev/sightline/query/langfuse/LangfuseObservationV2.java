package dev.sightline.query.langfuse;

import static dev.sightline.query.langfuse.LangfuseJson.text;
import static dev.sightline.query.langfuse.LangfuseJson.time;

import com.fasterxml.jackson.databind.util.RawValue;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.query.langfuse.LangfuseJson.Usage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How {@code GET /api/public/v2/observations} shows an observation: the groups of fields that were asked for, input and
 * output as the text that was sent, metadata cut at 200 characters but for the keys that are to be expanded.
 */
record LangfuseObservationV2(Set<String> groups, Set<String> expanded) {
    private static final List<String> GROUPS = List.of("core", "basic", "time", "io", "metadata", "model", "usage",
            "prompt", "metrics", "trace_context");
    private static final int METADATA_CHARS_MAX = 200;

    static LangfuseObservationV2 of(String fields, String expandMetadata) {
        return new LangfuseObservationV2(
                LangfuseParameters.names("fields", fields, GROUPS, Set.of("core", "basic")),
                expandMetadata == null ? Set.of() : Set.of(expandMetadata.split("\\s*,\\s*")));
    }

    boolean needsContent() {
        return groups.contains("io") || groups.contains("metadata") || groups.contains("model");
    }

    Map<String, Object> json(Observation o, String projectId) {
        LangfuseJson.Observation full = LangfuseJson.Observation.of(o, projectId);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", full.id());
        json.put("traceId", full.traceId());
        json.put("startTime", full.startTime());
        json.put("endTime", full.endTime());
        json.put("projectId", projectId);
        json.put("parentObservationId", full.parentObservationId());
        json.put("type", full.type());
        for (String group : groups) {
            switch (group) {
                case "basic" -> basic(o, full, json);
                case "time" -> {
                    json.put("completionStartTime", full.completionStartTime());
                    json.put("createdAt", full.createdAt());
                    json.put("updatedAt", full.updatedAt());
                }
                case "io" -> {
                    json.put("input", text(o.getInput()));
                    json.put("output", text(o.getOutput()));
                }
                case "metadata" -> json.put("metadata", metadata(o));
                case "model" -> model(full, json);
                case "usage" -> usage(full, json);
                case "prompt" -> {
                    json.put("promptId", full.promptId());
                    json.put("promptName", full.promptName());
                    json.put("promptVersion", full.promptVersion());
                }
                case "metrics" -> {
                    json.put("latency", full.latency());
                    json.put("timeToFirstToken", full.timeToFirstToken());
                }
                case "trace_context" -> {
                    json.put("tags", o.getTagsList().stream().sorted().toList());
                    json.put("release", text(o.getRelease()));
                    json.put("traceName", text(o.getTraceName()));
                }
                default -> { /* core: always there */ }
            }
        }
        return json;
    }

    private static void basic(Observation o, LangfuseJson.Observation full, Map<String, Object> json) {
        json.put("name", full.name());
        json.put("level", full.level());
        json.put("statusMessage", full.statusMessage());
        json.put("version", full.version());
        json.put("environment", full.environment());
        json.put("bookmarked", false);
        json.put("public", o.getPublic());
        json.put("userId", text(o.getUserId()));
        json.put("sessionId", text(o.getSessionId()));
        json.put("isRootObservation", o.getAppRoot() || full.parentObservationId() == null);
    }

    private static void model(LangfuseJson.Observation full, Map<String, Object> json) {
        // The one name in Langfuse's own answers, the other in its clients' types.
        json.put("providedModelName", full.model());
        json.put("model", full.model());
        json.put("internalModelId", full.modelId());
        json.put("modelId", full.modelId());
        json.put("modelParameters", full.modelParameters());
        json.put("inputPrice", null);
        json.put("outputPrice", null);
        json.put("totalPrice", null);
    }

    private static void usage(LangfuseJson.Observation full, Map<String, Object> json) {
        Usage usage = full.usage();
        json.put("usageDetails", full.usageDetails());
        json.put("inputUsage", usage.input());
        json.put("outputUsage", usage.output());
        json.put("totalUsage", usage.total());
        json.put("costDetails", full.costDetails());
        json.put("inputCost", usage.inputCost());
        json.put("outputCost", usage.outputCost());
        json.put("totalCost", usage.totalCost());
        json.put("usagePricingTierName", null);
    }

    private Map<String, Object> metadata(Observation o) {
        Map<String, Object> metadata = LangfuseMetadata.of(o);
        metadata.replaceAll((key, value) -> expanded.contains(key) ? value : cut(value));
        return metadata;
    }

    /** Only texts have a length; JSON that is longer than the bound is cut as a text. */
    private static Object cut(Object value) {
        String text = switch (value) {
            case String given -> given;
            case RawValue raw -> String.valueOf(raw.rawValue());
            case null, default -> "";
        };
        if (text.length() <= METADATA_CHARS_MAX) {
            return value;
        }
        int end = text.offsetByCodePoints(0, Math.min(METADATA_CHARS_MAX, text.codePointCount(0, text.length())));
        return text.substring(0, end);
    }
}
