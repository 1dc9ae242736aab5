package dev.sightline.ingestion.mapping;

import com.google.protobuf.ByteString;
import dev.sightline.base.price.Prices;
import dev.sightline.base.price.ProjectPrices;
import dev.sightline.base.price.Usage;
import dev.sightline.proto.observation.v1.Event;
import dev.sightline.proto.observation.v1.Link;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationType;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;

/**
 * Understands spans: what an instrumentation of any convention wrote becomes one {@link Observation}. The rules, field
 * by field, are in docs/attribute-mapping.md. Every span has an outcome: mapped, or rejected with a reason; nothing
 * that a sender can put into a span makes this throw, and nothing is left out without a trace of it:
 * an attribute that no field took is stored as an attribute, and what is over a limit of {@link SpanLimits} is counted
 * in metadata (`sightline.dropped_attributes`, `…_events`, `…_links`, `…_metadata`, `sightline.cut_fields`).
 * Times stay nanoseconds. Stateless and safe for use by many threads.
 */
public final class ObservationMapper {
    /** The flag says whether the parent is remote, and it is. */
    private static final int REMOTE_PARENT = 0x300;

    private final SpanLimits limits;
    private final Pricing pricing;
    private final SpanCheck check;

    /** A mapper with these bounds; prices are used where the sender states no cost. */
    public ObservationMapper(SpanLimits limits, Prices prices) {
        this.limits = limits;
        this.pricing = new Pricing(prices);
        this.check = new SpanCheck(limits);
    }

    /** Reads a resource once for all of its spans. Its attributes are stored with each of them, so they are bounded. */
    public ResourceContext resource(Resource resource) {
        return ResourceContext.of(Shared.attributes(resource.getAttributesList()));
    }

    /**
     * Maps one span.
     *
     * @param nowUnixNano when the request came in: the bounds on the start are counted from here, and a span without
     *                    any time gets this one
     * @param own         the project's own prices
     */
    public Result map(ResourceContext resource, InstrumentationScope scope, Span span, long nowUnixNano,
            ProjectPrices own) {
        long start = span.getStartTimeUnixNano();
        long end = span.getEndTimeUnixNano();
        if (start == 0) {
            start = end == 0 ? nowUnixNano : end;
        }
        if (end == 0) {
            end = start;
        }
        Result.Rejected problem = check.problem(span, start, end, nowUnixNano);
        if (problem != null) {
            return problem;
        }
        return new Result.Mapped(new Mapping(resource, scope, span, start, end).observation(own));
    }

    /** One span on its way. */
    private final class Mapping {
        private final ResourceContext resource;
        private final InstrumentationScope scope;
        private final Span span;
        private final long startUnixNano;
        private final long endUnixNano;
        private final SpanAttributes attributes;
        private final EventMessages messages;
        private final Cuts cuts = new Cuts();
        private final Observation.Builder observation = Observation.newBuilder();

        Mapping(ResourceContext resource, InstrumentationScope scope, Span span, long startUnixNano,
                long endUnixNano) {
            this.resource = resource;
            this.scope = scope;
            this.span = span;
            this.startUnixNano = startUnixNano;
            this.endUnixNano = endUnixNano;
            this.attributes = new SpanAttributes(span.getAttributesList(), limits.attributeCountMax());
            this.messages = new EventMessages(span);
        }

        Observation observation(ProjectPrices own) {
            ObservationType type = TypeReader.read(attributes, resource, scope.getName(), scope.getVersion(),
                    span.getName());
            identity(type);
            trace();
            origin();
            model(type);
            experiment();
            Content content = Content.of(attributes, messages, scope.getName(),
                    observation.getParentSpanId().isEmpty() || observation.getAppRoot(), limits.indexedSlotMax());
            if (content.input() != null) {
                observation.setInputBytes(content.input());
            }
            if (content.output() != null) {
                observation.setOutputBytes(content.output());
            }
            int droppedMetadata =
                    MetadataReader.read(attributes, scope, observation, limits.attributeCountMax());
            int droppedLinks = links();
            int droppedEvents = events();
            attributes.putRest(observation);
            if (!span.getTraceState().isEmpty()) {
                observation.putAttributes("otel.trace_state", span.getTraceState());
            }
            notice("sightline.dropped_attributes", attributes.dropped());
            notice("sightline.dropped_metadata", droppedMetadata);
            notice("sightline.dropped_events", droppedEvents);
            notice("sightline.dropped_links", droppedLinks);
            notice("otel.dropped_attributes_count", span.getDroppedAttributesCount());
            notice("otel.dropped_events_count", span.getDroppedEventsCount());
            notice("otel.dropped_links_count", span.getDroppedLinksCount());
            if (!cuts.fields().isEmpty()) {
                observation.putMetadata("sightline.cut_fields", cuts.fields());
            }
            pricing.price(observation, own);
            return observation.build();
        }

        private void notice(String name, int count) {
            if (count != 0) {
                observation.putMetadata(name, Integer.toUnsignedString(count));
            }
        }

        private void identity(ObservationType type) {
            observation.setTraceId(span.getTraceId())
                    .setSpanId(span.getSpanId())
                    .setName(cuts.name("name", name()))
                    .setType(type)
                    .setLevel(LevelReader.read(attributes, span, scope.getName()))
                    .setStatusMessage(cuts.message("status_message", statusMessage()))
                    .setStartUnixNano(startUnixNano)
                    .setEndUnixNano(endUnixNano)
                    .setCompletionStartUnixNano(CompletionStart.read(attributes, startUnixNano))
                    .setSpanKind(kind(span.getKind()))
                    .setErrorType(cuts.name("error_type", errorType()));
            boolean hasParent = SpanCheck.isSpanId(span.getParentSpanId());
            if (hasParent) {
                observation.setParentSpanId(span.getParentSpanId());
            }
            observation.setAppRoot(attributes.isTrue(Key.LANGFUSE_IS_APP_ROOT)
                    || attributes.isTrue(Key.LANGFUSE_AS_ROOT)
                    || hasParent && (span.getFlags() & REMOTE_PARENT) == REMOTE_PARENT);
            attributes.take(Key.LANGFUSE_IS_APP_ROOT);
            attributes.take(Key.LANGFUSE_AS_ROOT);
        }

        private String name() {
            String name = attributes.peekText(Key.TOOL_NAME);
            name = name == null ? attributes.textOrNull(Key.GENKIT_NAME) : name;
            name = name == null ? attributes.textOrNull(Key.LOGFIRE_MESSAGE) : name;
            name = name == null ? attributes.peekText(Key.AI_TOOL_CALL_NAME) : name;
            if (name != null) {
                return name;
            }
            String operation = attributes.peekText(Key.AI_OPERATION_ID);
            if (operation == null) {
                return span.getName();
            }
            String function = attributes.peekText(Key.AI_FUNCTION_ID);
            return function == null ? operation : function + ':' + operation;
        }

        private String statusMessage() {
            String message = attributes.textOrNull(Key.LANGFUSE_STATUS_MESSAGE);
            return message == null ? span.getStatus().getMessage() : message;
        }

        private String errorType() {
            String type = attributes.textOrNull(Key.ERROR_TYPE);
            for (int i = span.getEventsCount() - 1; i >= 0 && type == null; i--) {
                Span.Event event = span.getEvents(i);
                if (event.getName().equals("exception")) {
                    for (KeyValue attribute : event.getAttributesList()) {
                        if (attribute.getKey().equals("exception.type")) {
                            type = Json.text(attribute.getValue());
                        }
                    }
                }
            }
            return type == null ? "" : type;
        }

        private void trace() {
            observation.setEnvironment(TraceFields.environment(attributes, resource))
                    .setRelease(cuts.name("release", TraceFields.release(attributes, resource)))
                    .setVersion(cuts.name("version", TraceFields.version(attributes, resource)))
                    .setTraceName(cuts.name("trace_name", attributes.text(Key.LANGFUSE_TRACE_NAME)))
                    .setUserId(cuts.name("user_id", TraceFields.userId(attributes)))
                    .setSessionId(cuts.name("session_id", TraceFields.sessionId(attributes)))
                    .setPublic(TraceFields.isPublic(attributes));
            for (String tag : TraceFields.tags(attributes)) {
                observation.addTags(cuts.name("tags", tag));
            }
        }

        private void origin() {
            observation.setServiceName(cuts.name("service_name", resource.serviceName()))
                    .setScopeName(cuts.name("scope_name", scope.getName()))
                    .setScopeVersion(cuts.name("scope_version", scope.getVersion()))
                    .setSdkName(cuts.name("sdk_name", resource.sdkName()))
                    .setSdkVersion(cuts.name("sdk_version", resource.sdkVersion()))
                    .setSdkLanguage(cuts.name("sdk_language", resource.sdkLanguage()))
                    .putAllResourceAttributes(resource.attributes());
        }

        private void model(ObservationType type) {
            ModelReader reader = new ModelReader(attributes, scope.getName());
            boolean sumsOthers = reader.sumsOthers();
            ModelReader.PromptLink prompt = reader.prompt(type);
            observation.setProvider(cuts.name("provider", reader.provider()))
                    .setModelParameters(reader.parameters())
                    .setFinishReason(cuts.name("finish_reason", reader.finishReason()))
                    .setToolDefinitions(reader.toolDefinitions(limits.indexedSlotMax()))
                    .setPromptName(cuts.name("prompt_name", prompt.name()))
                    .setPromptVersion(prompt.version())
                    .setToolName(cuts.name("tool_name", AgentFields.toolName(attributes, type)))
                    .setToolCallId(cuts.name("tool_call_id", AgentFields.toolCallId(attributes)))
                    .setAgentName(cuts.name("agent_name", AgentFields.agentName(attributes, type)));
            if (!sumsOthers) {
                observation.setModel(cuts.name("model", reader.model()));
            }
            // A sum of other observations is kept only where the type says so: queries leave agents out of totals.
            if (!sumsOthers || type == ObservationType.AGENT) {
                Usage usage = UsageReader.read(attributes);
                observation.putAllUsage(usage.kinds()).setTotalTokens(usage.totalTokens());
                if (!sumsOthers) {
                    observation.putAllCostPicoUsd(CostReader.read(attributes).picoUsdByKind());
                }
            }
        }

        private void experiment() {
            if (!attributes.has(Key.EXPERIMENT_ID) && !attributes.has(Key.EXPERIMENT_ITEM_ID)) {
                return;
            }
            observation.setExperimentId(cuts.name("experiment_id", attributes.text(Key.EXPERIMENT_ID)))
                    .setExperimentName(cuts.name("experiment_name", attributes.text(Key.EXPERIMENT_NAME)))
                    .setExperimentDatasetId(
                            cuts.name("experiment_dataset_id", attributes.text(Key.EXPERIMENT_DATASET_ID)))
                    .setExperimentItemId(cuts.name("experiment_item_id", attributes.text(Key.EXPERIMENT_ITEM_ID)))
                    .setExperimentExpectedOutput(attributes.text(Key.EXPERIMENT_EXPECTED_OUTPUT));
            ByteString root = AgentFields.spanId(attributes.peekText(Key.EXPERIMENT_ITEM_ROOT));
            if (root != null) {
                attributes.take(Key.EXPERIMENT_ITEM_ROOT);
                observation.setExperimentItemRootSpanId(root);
            }
        }

        private int events() {
            int count = Math.min(span.getEventsCount(), limits.eventCountMax());
            for (int i = 0; i < count; i++) {
                Span.Event sent = span.getEvents(i);
                Event.Builder event = Event.newBuilder()
                        .setName(sent.getName())
                        .setTimeUnixNano(sent.getTimeUnixNano() > 0 ? sent.getTimeUnixNano() : startUnixNano);
                if (!messages.isRead(i)) {
                    for (KeyValue attribute : sent.getAttributesList()) {
                        event.putAttributes(attribute.getKey(), Json.text(attribute.getValue()));
                    }
                }
                observation.addEvents(event);
            }
            return span.getEventsCount() - count;
        }

        /** A link without valid ids points nowhere: it is dropped and counted like one over the limit. */
        private int links() {
            for (Span.Link sent : span.getLinksList()) {
                if (observation.getLinksCount() < limits.linkCountMax() && SpanCheck.isTraceId(sent.getTraceId())
                        && SpanCheck.isSpanId(sent.getSpanId())) {
                    Link.Builder link = Link.newBuilder().setTraceId(sent.getTraceId()).setSpanId(sent.getSpanId());
                    for (KeyValue attribute : sent.getAttributesList()) {
                        link.putAttributes(attribute.getKey(), Json.text(attribute.getValue()));
                    }
                    observation.addLinks(link);
                }
            }
            return span.getLinksCount() - observation.getLinksCount();
        }
    }

    private static String kind(Span.SpanKind kind) {
        return switch (kind) {
            case SPAN_KIND_SERVER -> "server";
            case SPAN_KIND_CLIENT -> "client";
            case SPAN_KIND_PRODUCER -> "producer";
            case SPAN_KIND_CONSUMER -> "consumer";
            case SPAN_KIND_INTERNAL, SPAN_KIND_UNSPECIFIED, UNRECOGNIZED -> "internal";
        };
    }
}
