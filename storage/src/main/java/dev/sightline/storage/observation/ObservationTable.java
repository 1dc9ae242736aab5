package dev.sightline.storage.observation;

import static dev.sightline.storage.table.Column.clockMap;
import static dev.sightline.storage.table.Column.count;
import static dev.sightline.storage.table.Column.countMap;
import static dev.sightline.storage.table.Column.enum8;
import static dev.sightline.storage.table.Column.flag;
import static dev.sightline.storage.table.Column.id;
import static dev.sightline.storage.table.Column.idList;
import static dev.sightline.storage.table.Column.int8;
import static dev.sightline.storage.table.Column.nanos;
import static dev.sightline.storage.table.Column.nanosList;
import static dev.sightline.storage.table.Column.picoUsd;
import static dev.sightline.storage.table.Column.picoUsdMap;
import static dev.sightline.storage.table.Column.textMap;
import static dev.sightline.storage.table.Column.textMapList;
import static dev.sightline.storage.table.Column.textClockMap;
import static dev.sightline.storage.table.Column.uint16;
import static dev.sightline.storage.table.Column.uint32;
import static dev.sightline.storage.table.Column.uint8;

import com.google.protobuf.ByteString;
import dev.sightline.proto.observation.v1.Event;
import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.observation.v1.Link;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import dev.sightline.storage.table.Column;
import dev.sightline.storage.table.Table;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The one list of an observation's columns. An observation is stored as two rows: {@link #OBSERVATIONS} is what lists
 * and charts read, {@link #CONTENT} holds the bodies, read one trace at a time. The key (project, trace, span) and
 * start_time stand in both. Reading a row of either into the same builder gives back the observation, its messages by
 * reference ({@link dev.sightline.storage.message.MessageReferences}).
 */
public final class ObservationTable {
    private static final String LEVEL_TYPE = "Enum8('DEBUG' = 1, 'DEFAULT' = 2, 'WARNING' = 3, 'ERROR' = 4)";

    public static final Table<ObservationRow, Observation.Builder> OBSERVATIONS = new Table<>("observations", List.of(
            key("project_id", row -> ByteString.copyFromUtf8(row.projectId())),
            id("trace_id", 16, of(Observation::getTraceId), Observation.Builder::setTraceId),
            id("span_id", 8, of(Observation::getSpanId), Observation.Builder::setSpanId),
            id("parent_span_id", 8, of(Observation::getParentSpanId), Observation.Builder::setParentSpanId),
            text("name", Observation::getNameBytes, Observation.Builder::setName),
            text("type", o -> ByteString.copyFromUtf8(typeName(o.getType())), (o, v) -> o.setType(typeOf(v))),
            enum8("level", LEVEL_TYPE, row -> levelNumber(row.observation().getLevel()),
                    (o, v) -> o.setLevel(Level.valueOf(v))),
            text("status_message", Observation::getStatusMessageBytes, Observation.Builder::setStatusMessage),
            nanos("start_time", row -> row.observation().getStartUnixNano(), Observation.Builder::setStartUnixNano),
            nanos("end_time", row -> row.observation().getEndUnixNano(), Observation.Builder::setEndUnixNano),
            nanos("completion_start_time", row -> row.observation().getCompletionStartUnixNano(),
                    Observation.Builder::setCompletionStartUnixNano),
            text("span_kind", Observation::getSpanKindBytes, Observation.Builder::setSpanKind),
            text("environment", Observation::getEnvironmentBytes, Observation.Builder::setEnvironment),
            text("release", Observation::getReleaseBytes, Observation.Builder::setRelease),
            text("version", Observation::getVersionBytes, Observation.Builder::setVersion),
            text("trace_name", Observation::getTraceNameBytes, Observation.Builder::setTraceName),
            text("user_id", Observation::getUserIdBytes, Observation.Builder::setUserId),
            text("session_id", Observation::getSessionIdBytes, Observation.Builder::setSessionId),
            Column.texts("tags", row -> row.observation().getTagsList().asByteStringList(),
                    Observation.Builder::addAllTags),
            flag("public", row -> row.observation().getPublic(), Observation.Builder::setPublic),
            text("service_name", Observation::getServiceNameBytes, Observation.Builder::setServiceName),
            text("scope_name", Observation::getScopeNameBytes, Observation.Builder::setScopeName),
            text("scope_version", Observation::getScopeVersionBytes, Observation.Builder::setScopeVersion),
            text("sdk_name", Observation::getSdkNameBytes, Observation.Builder::setSdkName),
            text("sdk_version", Observation::getSdkVersionBytes, Observation.Builder::setSdkVersion),
            text("sdk_language", Observation::getSdkLanguageBytes, Observation.Builder::setSdkLanguage),
            text("provider", Observation::getProviderBytes, Observation.Builder::setProvider),
            text("model", Observation::getModelBytes, Observation.Builder::setModel),
            countMap("usage", row -> row.observation().getUsageMap(), Observation.Builder::putAllUsage),
            flag("usage_estimated", row -> row.observation().getUsageEstimated(),
                    Observation.Builder::setUsageEstimated),
            picoUsdMap("cost", row -> row.observation().getCostPicoUsdMap(), Observation.Builder::putAllCostPicoUsd),
            count("input_tokens", row -> row.observation().getInputTokens(), Observation.Builder::setInputTokens),
            count("output_tokens", row -> row.observation().getOutputTokens(), Observation.Builder::setOutputTokens),
            count("total_tokens", row -> row.observation().getTotalTokens(), Observation.Builder::setTotalTokens),
            picoUsd("total_cost", row -> row.observation().getTotalCostPicoUsd(),
                    Observation.Builder::setTotalCostPicoUsd),
            text("prompt_name", Observation::getPromptNameBytes, Observation.Builder::setPromptName),
            uint32("prompt_version", row -> row.observation().getPromptVersion(),
                    Observation.Builder::setPromptVersion),
            text("agent_name", Observation::getAgentNameBytes, Observation.Builder::setAgentName),
            text("tool_name", Observation::getToolNameBytes, Observation.Builder::setToolName),
            text("tool_call_id", Observation::getToolCallIdBytes, Observation.Builder::setToolCallId),
            text("error_type", Observation::getErrorTypeBytes, Observation.Builder::setErrorType),
            text("finish_reason", Observation::getFinishReasonBytes, Observation.Builder::setFinishReason),
            text("experiment_id", Observation::getExperimentIdBytes, Observation.Builder::setExperimentId),
            text("experiment_name", Observation::getExperimentNameBytes, Observation.Builder::setExperimentName),
            text("experiment_dataset_id", Observation::getExperimentDatasetIdBytes,
                    Observation.Builder::setExperimentDatasetId),
            text("experiment_item_id", Observation::getExperimentItemIdBytes,
                    Observation.Builder::setExperimentItemId),
            id("experiment_item_root_span_id", 8, of(Observation::getExperimentItemRootSpanId),
                    Observation.Builder::setExperimentItemRootSpanId),
            flag("app_root", row -> row.observation().getAppRoot(), Observation.Builder::setAppRoot),
            text("external_id", Observation::getExternalIdBytes, Observation.Builder::setExternalId),
            text("external_trace_id", Observation::getExternalTraceIdBytes, Observation.Builder::setExternalTraceId),
            text("external_parent_id", Observation::getExternalParentIdBytes,
                    Observation.Builder::setExternalParentId),
            flag("trace_record", row -> row.observation().getTraceRecord(), Observation.Builder::setTraceRecord),
            clockMap("field_clocks", row -> row.observation().getFieldClocksMap(),
                    Observation.Builder::putAllFieldClocks),
            textClockMap("metadata_clocks", row -> row.observation().getMetadataClocksMap(),
                    Observation.Builder::putAllMetadataClocks),
            uint8("inherited", row -> row.observation().getInherited(), Observation.Builder::setInherited),
            textMap("metadata", row -> row.observation().getMetadataMap(), Observation.Builder::putAllMetadata),
            int8("sign", ObservationRow::sign),
            nanos("received_at", ObservationRow::receivedAtUnixNano, (o, v) -> { }),
            uint16("kafka_partition", ObservationRow::kafkaPartition, (o, v) -> { }),
            count("kafka_offset", ObservationRow::kafkaOffset, (o, v) -> { })));

    public static final Table<ObservationRow, Observation.Builder> CONTENT = new Table<>("observation_content", List.of(
            key("project_id", row -> ByteString.copyFromUtf8(row.projectId())),
            id("trace_id", 16, of(Observation::getTraceId), Observation.Builder::setTraceId),
            id("span_id", 8, of(Observation::getSpanId), Observation.Builder::setSpanId),
            nanos("start_time", row -> row.observation().getStartUnixNano(), Observation.Builder::setStartUnixNano),
            Column.text("input", ObservationRow::input, Observation.Builder::setInput),
            Column.text("output", ObservationRow::output, Observation.Builder::setOutput),
            text("model_parameters", Observation::getModelParametersBytes, Observation.Builder::setModelParameters),
            textMap("attributes", row -> row.observation().getAttributesMap(), Observation.Builder::putAllAttributes),
            textMap("resource_attributes", row -> row.observation().getResourceAttributesMap(),
                    Observation.Builder::putAllResourceAttributes),
            Column.text("tool_definitions", ObservationRow::toolDefinitions, Observation.Builder::setToolDefinitions),
            Column.texts("event_names", each(Observation::getEventsList, Event::getNameBytes),
                    (o, v) -> v.forEach(name -> o.addEventsBuilder().setName(name))),
            nanosList("event_times", each(Observation::getEventsList, Event::getTimeUnixNano),
                    (o, v) -> put(v, (i, t) -> o.getEventsBuilder(i).setTimeUnixNano(t))),
            textMapList("event_attributes", each(Observation::getEventsList, Event::getAttributesMap),
                    (o, v) -> put(v, (i, m) -> o.getEventsBuilder(i).putAllAttributes(m))),
            idList("link_trace_ids", 16, each(Observation::getLinksList, Link::getTraceId),
                    (o, v) -> v.forEach(traceId -> o.addLinksBuilder().setTraceId(traceId))),
            idList("link_span_ids", 8, each(Observation::getLinksList, Link::getSpanId),
                    (o, v) -> put(v, (i, spanId) -> o.getLinksBuilder(i).setSpanId(spanId))),
            textMapList("link_attributes", each(Observation::getLinksList, Link::getAttributesMap),
                    (o, v) -> put(v, (i, m) -> o.getLinksBuilder(i).putAllAttributes(m))),
            text("experiment_expected_output", Observation::getExperimentExpectedOutputBytes,
                    Observation.Builder::setExperimentExpectedOutput),
            uint16("kafka_partition", ObservationRow::kafkaPartition, (o, v) -> { }),
            count("kafka_offset", ObservationRow::kafkaOffset, (o, v) -> { }),
            count("message_bytes", ObservationRow::messageBytes, (o, v) -> { })));

    /** What to select from: each observation once, as it is now. ADR 0006. */
    public static final String CURRENT = OBSERVATIONS.name() + " FINAL";

    /** The same for the content. */
    public static final String CURRENT_CONTENT = CONTENT.name() + " FINAL";

    /**
     * What a row of {@link #OBSERVATIONS} says in words, by which it is indexed: ask it for one by ILIKE. What separates its
     * texts is in no word.
     */
    public static final String WORDS = "arrayStringConcat([name, trace_name, status_message, user_id, session_id, "
            + "arrayStringConcat(mapValues(metadata), '\\n')], ' ')";

    /** So much of a value stands in the index of pairs. */
    public static final int PAIR_VALUE_BYTES = 100;

    private ObservationTable() {
    }

    /** The expression by which a map column is indexed: its pairs as "key=value". Who asks for a pair by it finds it fast. */
    public static String pairs(String map) {
        return "arrayMap((k, v) -> concat(k, '=', left(v, " + PAIR_VALUE_BYTES + ")), mapKeys(" + map + "), mapValues("
                + map + "))";
    }

    /** The type's name in tables and APIs: lower-case, `span` where none was given. */
    public static String typeName(ObservationType type) {
        return switch (type) {
            case OBSERVATION_TYPE_UNSPECIFIED, UNRECOGNIZED -> "span";
            case SPAN, GENERATION, EVENT, AGENT, TOOL, CHAIN, RETRIEVER, EVALUATOR, EMBEDDING, GUARDRAIL ->
                    type.name().toLowerCase(Locale.ROOT);
        };
    }

    private static ObservationType typeOf(String name) {
        return ObservationType.valueOf(name.toUpperCase(Locale.ROOT));
    }

    private static int levelNumber(Level level) {
        return switch (level) {
            case DEBUG -> 1;
            case LEVEL_UNSPECIFIED, UNRECOGNIZED, DEFAULT -> 2;
            case WARNING -> 3;
            case ERROR -> 4;
        };
    }

    /** Part of the key that the reader already knows. */
    private static Column<ObservationRow, Observation.Builder> key(String name, Function<ObservationRow, ByteString> get) {
        return Column.text(name, get, (o, v) -> { });
    }

    private static Column<ObservationRow, Observation.Builder> text(
            String name, Function<Observation, ByteString> get, BiConsumer<Observation.Builder, String> set) {
        return Column.text(name, of(get), set);
    }

    private static <T> Function<ObservationRow, T> of(Function<Observation, T> get) {
        return row -> get.apply(row.observation());
    }

    private static <E, T> Function<ObservationRow, List<T>> each(
            Function<Observation, List<E>> elements, Function<E, T> get) {
        return row -> elements.apply(row.observation()).stream().map(get).toList();
    }

    private static <T> void put(List<T> values, BiConsumer<Integer, T> set) {
        for (int i = 0; i < values.size(); i++) {
            set.accept(i, values.get(i));
        }
    }
}
