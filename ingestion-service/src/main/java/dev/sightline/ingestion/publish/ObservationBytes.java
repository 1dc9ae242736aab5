package dev.sightline.ingestion.publish;

import dev.sightline.proto.observation.v1.Event;
import dev.sightline.proto.observation.v1.Link;
import dev.sightline.proto.observation.v1.Observation;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Writes an {@link Observation} as its generated class does, at a third of the cost: that one makes two objects for each
 * entry of a map, measures every text before it writes it, and an observation is mostly maps and text. A test fills each
 * field that the message has and compares, so a new field can't be forgotten here.
 */
final class ObservationBytes {
    private static final int KEY = 1;
    private static final int VALUE = 2;
    private static final Object[] NONE = {};

    private ObservationBytes() {
    }

    /** Field by field from the last to the first ({@link BackwardBytes}). */
    static void write(Observation o, BackwardBytes out) {
        out.text(Observation.EXPERIMENT_EXPECTED_OUTPUT_FIELD_NUMBER, o.getExperimentExpectedOutput());
        links(o.getLinksList(), out);
        events(o.getEventsList(), out);
        out.text(Observation.TOOL_DEFINITIONS_FIELD_NUMBER, o.getToolDefinitions());
        texts(Observation.RESOURCE_ATTRIBUTES_FIELD_NUMBER, o.getResourceAttributesMap(), out);
        texts(Observation.ATTRIBUTES_FIELD_NUMBER, o.getAttributesMap(), out);
        texts(Observation.METADATA_FIELD_NUMBER, o.getMetadataMap(), out);
        // The two that are large, and often never were strings.
        out.bytes(Observation.OUTPUT_FIELD_NUMBER, o.getOutputBytes());
        out.bytes(Observation.INPUT_FIELD_NUMBER, o.getInputBytes());

        clocks(Observation.METADATA_CLOCKS_FIELD_NUMBER, o.getMetadataClocksMap(),
                key -> out.element(KEY, (String) key), out);
        out.number(Observation.INHERITED_FIELD_NUMBER, Integer.toUnsignedLong(o.getInherited()));
        clocks(Observation.FIELD_CLOCKS_FIELD_NUMBER, o.getFieldClocksMap(),
                key -> out.varintElement(KEY, Integer.toUnsignedLong((Integer) key)), out);
        out.flag(Observation.TRACE_RECORD_FIELD_NUMBER, o.getTraceRecord());
        out.text(Observation.EXTERNAL_PARENT_ID_FIELD_NUMBER, o.getExternalParentId());
        out.text(Observation.EXTERNAL_TRACE_ID_FIELD_NUMBER, o.getExternalTraceId());
        out.text(Observation.EXTERNAL_ID_FIELD_NUMBER, o.getExternalId());
        out.flag(Observation.APP_ROOT_FIELD_NUMBER, o.getAppRoot());
        out.bytes(Observation.EXPERIMENT_ITEM_ROOT_SPAN_ID_FIELD_NUMBER, o.getExperimentItemRootSpanId());
        out.text(Observation.EXPERIMENT_ITEM_ID_FIELD_NUMBER, o.getExperimentItemId());
        out.text(Observation.EXPERIMENT_DATASET_ID_FIELD_NUMBER, o.getExperimentDatasetId());
        out.text(Observation.EXPERIMENT_NAME_FIELD_NUMBER, o.getExperimentName());
        out.text(Observation.EXPERIMENT_ID_FIELD_NUMBER, o.getExperimentId());
        out.text(Observation.FINISH_REASON_FIELD_NUMBER, o.getFinishReason());
        out.text(Observation.ERROR_TYPE_FIELD_NUMBER, o.getErrorType());
        out.text(Observation.TOOL_CALL_ID_FIELD_NUMBER, o.getToolCallId());
        out.text(Observation.TOOL_NAME_FIELD_NUMBER, o.getToolName());
        out.text(Observation.AGENT_NAME_FIELD_NUMBER, o.getAgentName());
        out.number(Observation.PROMPT_VERSION_FIELD_NUMBER, Integer.toUnsignedLong(o.getPromptVersion()));
        out.text(Observation.PROMPT_NAME_FIELD_NUMBER, o.getPromptName());

        out.number(Observation.TOTAL_COST_PICO_USD_FIELD_NUMBER, o.getTotalCostPicoUsd());
        out.number(Observation.TOTAL_TOKENS_FIELD_NUMBER, o.getTotalTokens());
        out.number(Observation.OUTPUT_TOKENS_FIELD_NUMBER, o.getOutputTokens());
        out.number(Observation.INPUT_TOKENS_FIELD_NUMBER, o.getInputTokens());
        numbers(Observation.COST_PICO_USD_FIELD_NUMBER, o.getCostPicoUsdMap(), out);
        out.flag(Observation.USAGE_ESTIMATED_FIELD_NUMBER, o.getUsageEstimated());
        numbers(Observation.USAGE_FIELD_NUMBER, o.getUsageMap(), out);
        out.text(Observation.MODEL_PARAMETERS_FIELD_NUMBER, o.getModelParameters());
        out.text(Observation.MODEL_FIELD_NUMBER, o.getModel());
        out.text(Observation.PROVIDER_FIELD_NUMBER, o.getProvider());

        out.text(Observation.SDK_LANGUAGE_FIELD_NUMBER, o.getSdkLanguage());
        out.text(Observation.SDK_VERSION_FIELD_NUMBER, o.getSdkVersion());
        out.text(Observation.SDK_NAME_FIELD_NUMBER, o.getSdkName());
        out.text(Observation.SCOPE_VERSION_FIELD_NUMBER, o.getScopeVersion());
        out.text(Observation.SCOPE_NAME_FIELD_NUMBER, o.getScopeName());
        out.text(Observation.SERVICE_NAME_FIELD_NUMBER, o.getServiceName());

        out.flag(Observation.PUBLIC_FIELD_NUMBER, o.getPublic());
        for (int i = o.getTagsCount() - 1; i >= 0; i--) {
            out.element(Observation.TAGS_FIELD_NUMBER, o.getTags(i));
        }
        out.text(Observation.SESSION_ID_FIELD_NUMBER, o.getSessionId());
        out.text(Observation.USER_ID_FIELD_NUMBER, o.getUserId());
        out.text(Observation.TRACE_NAME_FIELD_NUMBER, o.getTraceName());
        out.text(Observation.VERSION_FIELD_NUMBER, o.getVersion());
        out.text(Observation.RELEASE_FIELD_NUMBER, o.getRelease());
        out.text(Observation.ENVIRONMENT_FIELD_NUMBER, o.getEnvironment());

        out.text(Observation.SPAN_KIND_FIELD_NUMBER, o.getSpanKind());
        out.fixed64(Observation.COMPLETION_START_UNIX_NANO_FIELD_NUMBER, o.getCompletionStartUnixNano());
        out.fixed64(Observation.END_UNIX_NANO_FIELD_NUMBER, o.getEndUnixNano());
        out.fixed64(Observation.START_UNIX_NANO_FIELD_NUMBER, o.getStartUnixNano());
        out.text(Observation.STATUS_MESSAGE_FIELD_NUMBER, o.getStatusMessage());
        out.number(Observation.LEVEL_FIELD_NUMBER, o.getLevelValue());
        out.number(Observation.TYPE_FIELD_NUMBER, o.getTypeValue());
        out.text(Observation.NAME_FIELD_NUMBER, o.getName());
        out.bytes(Observation.PARENT_SPAN_ID_FIELD_NUMBER, o.getParentSpanId());
        out.bytes(Observation.SPAN_ID_FIELD_NUMBER, o.getSpanId());
        out.bytes(Observation.TRACE_ID_FIELD_NUMBER, o.getTraceId());
    }

    private static void events(List<Event> events, BackwardBytes out) {
        for (int i = events.size() - 1; i >= 0; i--) {
            Event event = events.get(i);
            int before = out.length();
            texts(Event.ATTRIBUTES_FIELD_NUMBER, event.getAttributesMap(), out);
            out.fixed64(Event.TIME_UNIX_NANO_FIELD_NUMBER, event.getTimeUnixNano());
            out.text(Event.NAME_FIELD_NUMBER, event.getName());
            out.message(Observation.EVENTS_FIELD_NUMBER, before);
        }
    }

    private static void links(List<Link> links, BackwardBytes out) {
        for (int i = links.size() - 1; i >= 0; i--) {
            Link link = links.get(i);
            int before = out.length();
            texts(Link.ATTRIBUTES_FIELD_NUMBER, link.getAttributesMap(), out);
            out.bytes(Link.SPAN_ID_FIELD_NUMBER, link.getSpanId());
            out.bytes(Link.TRACE_ID_FIELD_NUMBER, link.getTraceId());
            out.message(Observation.LINKS_FIELD_NUMBER, before);
        }
    }

    private static void texts(int field, Map<String, String> map, BackwardBytes out) {
        Object[] pairs = pairs(map);
        for (int i = pairs.length; i > 0; i -= 2) {
            int before = out.length();
            out.element(VALUE, (String) pairs[i - 1]);
            out.element(KEY, (String) pairs[i - 2]);
            out.message(field, before);
        }
    }

    private static void numbers(int field, Map<String, Long> map, BackwardBytes out) {
        Object[] pairs = pairs(map);
        for (int i = pairs.length; i > 0; i -= 2) {
            int before = out.length();
            out.varintElement(VALUE, (Long) pairs[i - 1]);
            out.element(KEY, (String) pairs[i - 2]);
            out.message(field, before);
        }
    }

    private static void clocks(int field, Map<?, Long> map, Consumer<Object> key, BackwardBytes out) {
        Object[] pairs = pairs(map);
        for (int i = pairs.length; i > 0; i -= 2) {
            int before = out.length();
            out.fixed64Element(VALUE, (Long) pairs[i - 1]);
            key.accept(pairs[i - 2]);
            out.message(field, before);
        }
    }

    /** Keys and values in the map's order, to be gone through from the end. */
    private static Object[] pairs(Map<?, ?> map) {
        if (map.isEmpty()) {
            return NONE;
        }
        Object[] pairs = new Object[2 * map.size()];
        int i = 0;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            pairs[i++] = entry.getKey();
            pairs[i++] = entry.getValue();
        }
        return pairs;
    }
}
