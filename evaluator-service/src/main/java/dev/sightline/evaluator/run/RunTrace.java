package dev.sightline.evaluator.run;

import com.google.protobuf.ByteString;
import dev.sightline.evaluator.score.ScoreId;
import dev.sightline.evaluator.trace.TraceKey;
import dev.sightline.proto.observation.v1.Event;
import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.observation.v1.Link;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.observation.v1.ObservationBatch;
import dev.sightline.proto.observation.v1.ObservationType;
import dev.sightline.proto.score.v1.Score;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An evaluation's own trace: a root span of type EVALUATOR named after the evaluator, with an OpenTelemetry link to the
 * evaluated trace's root and a gen_ai.evaluation.result event, and beneath it a GENERATION where a model was asked. Its
 * ids derive from the score's id, so a repeated run is the same run. It lives in the evaluated trace's project, in an
 * environment of its own, which is never evaluated.
 */
public final class RunTrace {
    /** The environment of all our own traces. */
    public static final String ENVIRONMENT = "sightline-evaluator";

    private static final String SERVICE = "evaluator-service";

    private RunTrace() {
    }

    /** {@code content} makes runs of one evaluator on one trace differ when what they judge differs. */
    public static ByteString id(String scoreId, String content, int evaluation) {
        return ScoreId.hash(TraceKey.TRACE_ID_BYTES, "run", scoreId, content, Integer.toString(evaluation));
    }

    /**
     * What was evaluated.
     *
     * @param traceId of a session: empty
     * @param spanId what the link points to; empty where that is not known
     * @param input what the evaluator read, by name; empty where the trace could not be read
     */
    public record Evaluated(String projectId, ByteString traceId, ByteString spanId, Map<String, String> input) {
        /** Inputs are user data: never in a log by way of toString. */
        @Override
        public String toString() {
            return "Evaluated[" + projectId + "/" + ScoreId.hex(traceId) + "]";
        }
    }

    /** The spans of one run. */
    public static ObservationBatch of(Evaluated evaluated, Score score, Outcome outcome, Instant start, Instant end,
            RunConfig config) {
        ByteString rootId = ScoreId.hash(8, "span", ScoreId.hex(score.getEvaluatorTraceId()), "evaluator");
        Observation.Builder root = span(score, start, end).setSpanId(rootId)
                .setName(score.getEvaluatorName()).setType(ObservationType.EVALUATOR).setSpanKind("internal")
                .setOutput(Texts.json(output(score)))
                .putMetadata("score_id", score.getId())
                .putMetadata("evaluator_version", score.getEvaluatorVersion())
                .addEvents(result(score, outcome, end));
        if (evaluated.traceId().isEmpty()) {
            root.putMetadata("evaluated_session_id", score.getSessionId());
        } else {
            root.putMetadata("evaluated_trace_id", ScoreId.hex(evaluated.traceId()))
                    .addLinks(Link.newBuilder().setTraceId(evaluated.traceId()).setSpanId(evaluated.spanId())
                            .putAttributes("sightline.link", "evaluated"));
        }
        if (!evaluated.input().isEmpty()) {
            Map<String, String> input = new LinkedHashMap<>();
            evaluated.input().forEach((name, text) -> input.put(name, Texts.cut(text, config.contentCharactersMax())));
            root.setInput(Texts.json(input));
        }
        if (outcome instanceof Outcome.Failed failed) {
            root.setLevel(Level.ERROR).setStatusMessage(failed.error()).setErrorType(failed.reason().label());
        }
        ObservationBatch.Builder batch = ObservationBatch.newBuilder()
                .setProjectId(evaluated.projectId()).setReceivedAtUnixNano(nanos(end)).addObservations(root);
        outcome.call().ifPresent(call -> batch.addObservations(generation(score, outcome, call, rootId)));
        return batch.build();
    }

    private static Observation.Builder generation(Score score, Outcome outcome, Outcome.ModelCall call,
            ByteString rootId) {
        Observation.Builder span = span(score, call.start(), call.end())
                .setSpanId(ScoreId.hash(8, "span", ScoreId.hex(score.getEvaluatorTraceId()), "judge"))
                .setParentSpanId(rootId).setName("chat " + call.model()).setType(ObservationType.GENERATION)
                .setSpanKind("client").setProvider(call.provider()).setModel(call.model())
                .setModelParameters(score.getEvaluatorConfig())
                .setInput(Texts.json(List.of(message("system", call.system()), message("user", call.prompt()))))
                .setOutput(call.answer())
                .putMetadata("attempts", Integer.toString(call.attempts()));
        if (call.inputTokens() >= 0 && call.outputTokens() >= 0) {
            span.putUsage("input", call.inputTokens()).putUsage("output", call.outputTokens())
                    .setInputTokens(call.inputTokens()).setOutputTokens(call.outputTokens())
                    .setTotalTokens((long) call.inputTokens() + call.outputTokens());
        }
        if (outcome instanceof Outcome.Failed failed) {
            span.setLevel(Level.ERROR).setStatusMessage(failed.error()).setErrorType(failed.reason().label());
        }
        return span;
    }

    private static Observation.Builder span(Score score, Instant start, Instant end) {
        return Observation.newBuilder().setTraceId(score.getEvaluatorTraceId())
                .setTraceName(score.getEvaluatorName()).setEnvironment(ENVIRONMENT).setLevel(Level.DEFAULT)
                .setStartUnixNano(nanos(start)).setEndUnixNano(nanos(end))
                .setServiceName(SERVICE).setScopeName("dev.sightline.evaluator");
    }

    private static Map<String, String> message(String role, String content) {
        Map<String, String> message = new LinkedHashMap<>();
        message.put("role", role);
        message.put("content", content);
        return message;
    }

    private static Map<String, Object> output(Score score) {
        Map<String, Object> output = new LinkedHashMap<>();
        output.put("score", score.hasValue() ? score.getValue()
                : score.getStringValue().isEmpty() ? null : score.getStringValue());
        output.put("comment", score.getComment());
        if (!score.getError().isEmpty()) {
            output.put("error", score.getError());
        }
        return output;
    }

    private static Event result(Score score, Outcome outcome, Instant at) {
        Event.Builder event = Event.newBuilder().setName("gen_ai.evaluation.result").setTimeUnixNano(nanos(at))
                .putAttributes("gen_ai.evaluation.name", score.getName());
        switch (outcome) {
            case Outcome.Scored scored -> {
                event.putAttributes("gen_ai.evaluation.explanation", scored.comment());
                if (scored.result().isNumber()) {
                    event.putAttributes("gen_ai.evaluation.score.value", Double.toString(scored.value()));
                }
                if (!scored.result().text().isEmpty()) {
                    event.putAttributes("gen_ai.evaluation.score.label", scored.result().text());
                }
            }
            case Outcome.Failed failed -> event.putAttributes("error.type", failed.reason().label());
        }
        return event.build();
    }

    /** Nanoseconds since 1970, good until the year 2262. */
    public static long nanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }
}
