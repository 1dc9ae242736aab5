package dev.sightline.ingestion.langfuse;

import com.google.protobuf.ByteString;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.id.ExternalIds;
import dev.sightline.base.price.Cost;
import dev.sightline.base.price.Usage;
import dev.sightline.ingestion.mapping.CostReader;
import dev.sightline.ingestion.mapping.Cuts;
import dev.sightline.ingestion.mapping.Json;
import dev.sightline.ingestion.mapping.LevelReader;
import dev.sightline.ingestion.mapping.TraceFields;
import dev.sightline.ingestion.mapping.UsageReader;
import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationPatch;
import dev.sightline.proto.observation.v1.ObservationType;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * Turns an event of the batch API into a patch: the fields that its body states and nothing else, so that patches of an
 * observation can be merged in any order. A trace-create is a patch of the trace's own record, the root of everything
 * in the trace that has no other parent. The rules, field by field, are in docs/langfuse-api.md. Stateless.
 */
final class EventMapper {
    private static final String UNIT = "TOKENS";

    private final int metadataEntriesMax;
    private final int eventBytesMax;

    EventMapper(int metadataEntriesMax, int eventBytesMax) {
        this.metadataEntriesMax = metadataEntriesMax;
        this.eventBytesMax = eventBytesMax;
    }

    /** A change of the trace itself. */
    ObservationPatch trace(Fields body, String eventId, long eventUnixNano, EventTimes times) {
        Patch patch = new Patch(body);
        String id = patch.idOr(eventId);
        ByteString traceId = ExternalIds.traceId(id);
        patch.observation.setTraceId(traceId).setSpanId(ExternalIds.traceRecordSpanId(traceId))
                .setExternalTraceId(ExternalIds.external(id, traceId)).setTraceRecord(true);
        patch.type(ObservationType.SPAN);
        patch.startAndEnd(times.read(body, "timestamp").orElse(eventUnixNano));
        patch.name();
        patch.traceFields();
        patch.content();
        return patch.build(eventUnixNano, true, eventBytesMax);
    }

    /** A step of a trace, or a change of one. */
    ObservationPatch step(EventType.Step step, Fields body, String eventId, long eventUnixNano, EventTimes times) {
        Patch patch = new Patch(body);
        patch.ids(step.create(), eventId);
        patch.parent(step.create());
        ObservationType type = step.type() == ObservationType.OBSERVATION_TYPE_UNSPECIFIED
                ? type(body, step.create()) : step.type();
        // Clients close a step of any type by a span-update: it says nothing about the type.
        if (step.create() || type != ObservationType.SPAN) {
            patch.type(type);
        }
        patch.times(step.create(), type, eventUnixNano, times);
        patch.name();
        patch.model();
        patch.usageAndCost();
        patch.state();
        patch.content();
        return patch.build(eventUnixNano, step.create(), eventBytesMax);
    }

    private static ObservationType type(Fields body, boolean create) {
        String word = body.word("type");
        if (word == null && !create) {
            return ObservationType.SPAN;
        }
        if (EventType.BY_NAME.get(word == null ? "" : word.toLowerCase(Locale.ROOT) + "-create")
                instanceof EventType.Step(ObservationType type, boolean _)
                && type != ObservationType.OBSERVATION_TYPE_UNSPECIFIED) {
            return type;
        }
        throw body.invalid("type", "must be SPAN, GENERATION, EVENT, AGENT, TOOL, CHAIN, RETRIEVER, EVALUATOR, "
                + "EMBEDDING or GUARDRAIL");
    }

    /** One event on its way. A field is set in the observation and named in the patch, or neither. */
    private final class Patch {
        private final Fields body;
        private final Observation.Builder observation = Observation.newBuilder();
        private final TreeSet<Integer> set = new TreeSet<>();
        private final Cuts cuts = new Cuts();

        Patch(Fields body) {
            this.body = body;
        }

        ObservationPatch build(long eventUnixNano, boolean create, int bytesMax) {
            if (!cuts.fields().isEmpty()) {
                observation.putMetadata("sightline.cut_fields", cuts.fields());
                set.add(Observation.METADATA_FIELD_NUMBER);
            }
            Observation built = observation.build();
            int bytes = built.getSerializedSize();
            if (bytes > bytesMax) {
                throw ServiceException.of(ErrorCode.PAYLOAD_TOO_LARGE, "body: has " + bytes + " bytes, at most "
                        + bytesMax + " are taken; send less input, output or metadata");
            }
            return ObservationPatch.newBuilder().setObservation(built).addAllSetFields(set)
                    .setEventUnixNano(eventUnixNano).setCreate(create).build();
        }

        /** The event's id is the same when a client sends it again, so it can name what has no name. */
        String idOr(String eventId) {
            String id = body.id("id");
            if (id == null && eventId.length() > ExternalIds.CHARS_MAX) {
                throw body.invalid("id", "is missing");
            }
            return id == null ? eventId : id;
        }

        void ids(boolean create, String eventId) {
            String id = create ? idOr(eventId) : body.id("id");
            if (id == null) {
                throw body.invalid("id", "is missing: an update names what it changes");
            }
            String trace = body.id("traceId");
            if (trace == null && !create) {
                throw body.invalid("traceId", "is missing: an update names the trace of what it changes");
            }
            // A step that nobody put into a trace is a trace of its own.
            String traceText = trace == null ? id : trace;
            ByteString traceId = ExternalIds.traceId(traceText);
            ByteString spanId = ExternalIds.observationId(id);
            observation.setTraceId(traceId).setExternalTraceId(ExternalIds.external(traceText, traceId))
                    .setSpanId(spanId).setExternalId(ExternalIds.external(id, spanId));
        }

        void parent(boolean create) {
            String parent = body.id("parentObservationId");
            if (parent == null && !create) {
                return;
            }
            ByteString parentId = parent == null ? ExternalIds.traceRecordSpanId(observation.getTraceId())
                    : ExternalIds.observationId(parent);
            observation.setParentSpanId(parentId);
            if (parent != null) {
                observation.setExternalParentId(ExternalIds.external(parent, parentId));
            }
            set.add(Observation.PARENT_SPAN_ID_FIELD_NUMBER);
            set.add(Observation.EXTERNAL_PARENT_ID_FIELD_NUMBER);
        }

        void type(ObservationType type) {
            observation.setType(type);
            set.add(Observation.TYPE_FIELD_NUMBER);
        }

        void startAndEnd(long unixNano) {
            observation.setStartUnixNano(unixNano).setEndUnixNano(unixNano);
            set.add(Observation.START_UNIX_NANO_FIELD_NUMBER);
            set.add(Observation.END_UNIX_NANO_FIELD_NUMBER);
        }

        void times(boolean create, ObservationType type, long eventUnixNano, EventTimes times) {
            OptionalLong start = times.read(body, "startTime");
            OptionalLong end = times.read(body, "endTime");
            if (start.isEmpty() && create) {
                start = OptionalLong.of(Math.min(eventUnixNano, end.orElse(eventUnixNano)));
            }
            if (type == ObservationType.EVENT && start.isPresent()) {
                startAndEnd(start.getAsLong());
            } else {
                start.ifPresent(unixNano -> {
                    observation.setStartUnixNano(unixNano);
                    set.add(Observation.START_UNIX_NANO_FIELD_NUMBER);
                });
                if (end.isPresent()) {
                    // Clients read their clock more than once: no step ends, or has its first token, before it starts.
                    observation.setEndUnixNano(Math.max(end.getAsLong(), start.orElse(0)));
                    set.add(Observation.END_UNIX_NANO_FIELD_NUMBER);
                }
            }
            times.read(body, "completionStartTime").ifPresent(unixNano -> {
                observation.setCompletionStartUnixNano(Math.max(unixNano, observation.getStartUnixNano()));
                set.add(Observation.COMPLETION_START_UNIX_NANO_FIELD_NUMBER);
            });
        }

        void name() {
            String name = body.text("name");
            if (name != null) {
                observation.setName(cuts.name("name", name));
                set.add(Observation.NAME_FIELD_NUMBER);
                if (observation.getTraceRecord()) {
                    observation.setTraceName(observation.getName());
                    set.add(Observation.TRACE_NAME_FIELD_NUMBER);
                }
            }
        }

        void traceFields() {
            String user = body.text("userId");
            if (user != null) {
                observation.setUserId(cuts.name("user_id", user));
                set.add(Observation.USER_ID_FIELD_NUMBER);
            }
            String session = body.text("sessionId");
            if (session != null) {
                observation.setSessionId(cuts.name("session_id", session));
                set.add(Observation.SESSION_ID_FIELD_NUMBER);
            }
            String release = body.text("release");
            if (release != null) {
                observation.setRelease(cuts.name("release", release));
                set.add(Observation.RELEASE_FIELD_NUMBER);
            }
            Boolean isPublic = body.flag("public");
            if (isPublic != null) {
                observation.setPublic(isPublic);
                set.add(Observation.PUBLIC_FIELD_NUMBER);
            }
            List<String> tags = body.texts("tags");
            if (tags != null && !tags.isEmpty()) {
                tags.stream().map(String::strip).filter(tag -> !tag.isEmpty()).distinct()
                        .limit(TraceFields.TAGS_MAX).forEach(tag -> observation.addTags(cuts.name("tags", tag)));
                set.add(Observation.TAGS_FIELD_NUMBER);
            }
        }

        void model() {
            String model = body.text("model");
            if (model != null) {
                observation.setModel(cuts.name("model", model));
                set.add(Observation.MODEL_FIELD_NUMBER);
            }
            String parameters = body.object("modelParameters");
            if (parameters != null) {
                observation.setModelParameters(parameters);
                set.add(Observation.MODEL_PARAMETERS_FIELD_NUMBER);
            }
            String prompt = body.text("promptName");
            if (prompt != null) {
                observation.setPromptName(cuts.name("prompt_name", prompt));
                set.add(Observation.PROMPT_NAME_FIELD_NUMBER);
            }
            Integer promptVersion = body.count("promptVersion", Integer.MAX_VALUE);
            if (promptVersion != null) {
                observation.setPromptVersion(promptVersion);
                set.add(Observation.PROMPT_VERSION_FIELD_NUMBER);
            }
        }

        void usageAndCost() {
            String usage = body.object("usage");
            String details = body.object("usageDetails");
            Usage read = details == null ? Usage.NONE : UsageReader.details(details);
            if (read.isEmpty() && usage != null) {
                read = UsageReader.details(usage);
            }
            if (!read.isEmpty()) {
                observation.putAllUsage(read.kinds()).setInputTokens(read.inputTokens())
                        .setOutputTokens(read.outputTokens()).setTotalTokens(read.totalTokens());
                set.addAll(List.of(Observation.USAGE_FIELD_NUMBER, Observation.INPUT_TOKENS_FIELD_NUMBER,
                        Observation.OUTPUT_TOKENS_FIELD_NUMBER, Observation.TOTAL_TOKENS_FIELD_NUMBER));
            }
            String unit = usage == null ? null : Json.textField(usage, "unit");
            if (unit != null && !unit.equals(UNIT)) {
                observation.putMetadata("usage_unit", cuts.name("usage_unit", unit));
                set.add(Observation.METADATA_FIELD_NUMBER);
            }
            String costDetails = body.object("costDetails");
            Cost cost = costDetails == null ? Cost.UNKNOWN : CostReader.details(costDetails);
            if (cost.isUnknown() && usage != null) {
                cost = CostReader.details(costs(usage));
            }
            if (!cost.isUnknown()) {
                observation.putAllCostPicoUsd(cost.picoUsdByKind()).setTotalCostPicoUsd(cost.totalPicoUsd());
                set.add(Observation.COST_PICO_USD_FIELD_NUMBER);
                set.add(Observation.TOTAL_COST_PICO_USD_FIELD_NUMBER);
            }
        }

        /** The dollars of the older usage object under the names of cost details. */
        private static String costs(String usage) {
            StringBuilder costs = new StringBuilder("{");
            for (String kind : new String[] {"input", "output", "total"}) {
                String dollars = Json.field(usage, kind + "Cost");
                if (dollars != null) {
                    costs.append(costs.length() == 1 ? "\"" : ",\"").append(kind).append("\":").append(dollars);
                }
            }
            return costs.append('}').toString();
        }

        void state() {
            String word = body.text("level");
            if (word != null) {
                Level level = LevelReader.level(word);
                if (level == Level.LEVEL_UNSPECIFIED) {
                    throw body.invalid("level", "must be DEBUG, DEFAULT, WARNING or ERROR");
                }
                observation.setLevel(level);
                set.add(Observation.LEVEL_FIELD_NUMBER);
            }
            String message = body.text("statusMessage");
            if (message != null) {
                observation.setStatusMessage(cuts.message("status_message", message));
                set.add(Observation.STATUS_MESSAGE_FIELD_NUMBER);
            }
        }

        /** What a trace and a step have in common. */
        void content() {
            String version = body.text("version");
            if (version != null) {
                observation.setVersion(cuts.name("version", version));
                set.add(Observation.VERSION_FIELD_NUMBER);
            }
            String environment = body.text("environment");
            if (environment != null) {
                observation.setEnvironment(TraceFields.normalEnvironment(environment));
                set.add(Observation.ENVIRONMENT_FIELD_NUMBER);
            }
            Fields.Value input = body.get("input");
            if (input != null && !input.isEmptyObject()) {
                observation.setInput(input.text());
                set.add(Observation.INPUT_FIELD_NUMBER);
            }
            Fields.Value output = body.get("output");
            if (output != null && !output.isEmptyObject()) {
                observation.setOutput(output.text());
                set.add(Observation.OUTPUT_FIELD_NUMBER);
            }
            Fields.Value metadata = body.get("metadata");
            if (metadata != null && !metadata.isEmptyObject()) {
                Metadata.read(metadata, metadataEntriesMax, observation::putMetadata);
                set.add(Observation.METADATA_FIELD_NUMBER);
            }
        }
    }
}
