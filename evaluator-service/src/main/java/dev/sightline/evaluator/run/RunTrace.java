package dev.sightline.evaluator.run;

import com.google.protobuf.ByteString;
import dev.sightline.evaluator.score.ScoreId;
import dev.sightline.evaluator.trace.TraceKey;
import dev.sightline.evaluator.trace.Turn;
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
import java.util.Optional;

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
    static ByteString id(String scoreId, String content, int evaluation) {
        return ScoreId.hash(TraceKey.TRACE_ID_BYTES, "run", scoreId, content, Integer.toString(evaluation));
    }

    /** The spans of one run; the turn is absent when the trace could not be read. */
    static ObservationBatch of(TraceKey evaluated, Optional<Turn> turn, Score score, Outcome outcome,
            Instant start, Instant end, RunConfig config) {
        ByteString rootId = ScoreId.hash(8, "span", ScoreId.hex(score.getEvaluatorTraceId()), "evaluator");
        Observation.Builder root = span(score, start, end).setSpanId(rootId)
                .setName(score.getEvaluatorName()).setType(ObservationType.EVALUATOR).setSpanKind("internal")
                .setOutput(Texts.json(output(score)))
                .putMetadata("evaluated_trace_id", ScoreId.hex(evaluated.traceId()))
                .putMetadata("score_id", score.getId())
                .putMetadata("evaluator_version", score.getEvaluatorVersion())
                .addEvents(result(score, outcome, end));
        Link.Builder link = root.addLinksBuilder().setTraceId(evaluated.traceId())
                .putAttributes("sightline.link", "evaluated");
        turn.ifPresent(t -> {
            link.setSpanId(t.rootSpanId());
            Map<String, String> input = new LinkedHashMap<>();
            input.put("question", Texts.cut(t.question(), config.contentCharactersMax()));
            input.put("answer", Texts.cut(t.answer(), config.contentCharactersMax()));
            root.setInput(Texts.json(input));
        });
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
        output.put("score", score.hasValue() ? score.getValue() : null);
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
            case Outcome.Scored scored -> event
                    .putAttributes("gen_ai.evaluation.score.value", Double.toString(scored.value()))
                    .putAttributes("gen_ai.evaluation.explanation", scored.comment());
            case Outcome.Failed failed -> event.putAttributes("error.type", failed.reason().label());
        }
        return event.build();
    }

    /** Nanoseconds since 1970, good until the year 2262. */
    static long nanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }
}
