package dev.sightline.evaluator.queue;

import com.google.protobuf.ByteString;
import dev.sightline.evaluator.run.Outcome;
import dev.sightline.evaluator.run.RunConfig;
import dev.sightline.evaluator.run.RunTrace;
import dev.sightline.evaluator.run.ScoreValue;
import dev.sightline.evaluator.run.Texts;
import dev.sightline.evaluator.score.ScoreId;
import dev.sightline.evaluator.trace.TraceKey;
import dev.sightline.proto.evaluator.v1.Evaluator;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.proto.score.v1.ScoreDataType;
import dev.sightline.proto.score.v1.ScoreSource;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The score that an evaluator of a project gives to one object: its id, which is the same whenever the same version of the
 * evaluator judges the same object, and all that makes later comparisons fair.
 *
 * @param spanId of an observation; else empty
 * @param sessionId of a session; then there is no trace id
 */
record ScoreOf(Evaluator evaluator, TraceKey trace, ByteString spanId, String sessionId) {
    private static final String CONTENT_HASH = "content_hash";
    private static final String EVALUATION = "evaluation";

    static String id(Evaluator evaluator, TraceKey trace, ByteString spanId, String sessionId) {
        String version = Integer.toString(evaluator.getVersion());
        TraceKey object = sessionId.isEmpty() ? trace : new TraceKey(trace.projectId(),
                ScoreId.hash(TraceKey.TRACE_ID_BYTES, "session", sessionId));
        return ScoreId.of(object, spanId, evaluator.getId(), version);
    }

    String id() {
        return id(evaluator, trace, spanId, sessionId);
    }

    /** Whether the object was scored before on the same content, so that nothing is to be done. */
    static boolean isUnchanged(Optional<Score> before, String contentHash) {
        return before.isPresent() && before.get().getError().isEmpty()
                && before.get().getMetadataOrDefault(CONTENT_HASH, "").equals(contentHash);
    }

    static int evaluation(Optional<Score> before) {
        try {
            return 1 + before.map(score -> Integer.parseInt(score.getMetadataOrDefault(EVALUATION, "0"))).orElse(0);
        } catch (NumberFormatException e) {
            return 1;
        }
    }

    /** @param fetched when the content was read: what was read later wins, however long its evaluation took */
    Score score(Outcome outcome, Optional<Score> before, Map<String, String> config, String model, String environment,
            String contentHash, Instant fetched, Instant end, boolean recorded) {
        int evaluation = evaluation(before);
        Score.Builder score = Score.newBuilder().setId(id()).setSessionId(sessionId)
                .setTraceId(sessionId.isEmpty() ? trace.traceId() : ByteString.EMPTY).setSpanId(spanId)
                .setName(evaluator.getScoreName()).setSource(ScoreSource.EVALUATOR).setEnvironment(environment)
                .setTimestampUnixNano(before.map(Score::getTimestampUnixNano).orElse(RunTrace.nanos(end)))
                .setUpdatedAtUnixNano(RunTrace.nanos(fetched))
                .setEvaluatorName(evaluator.getName()).setEvaluatorVersion(Integer.toString(evaluator.getVersion()))
                .setEvaluatorConfig(Texts.json(config)).setModel(model)
                .putMetadata(EVALUATION, Integer.toString(evaluation)).putMetadata("evaluator_id", evaluator.getId());
        if (!contentHash.isEmpty()) {
            score.putMetadata(CONTENT_HASH, contentHash);
        }
        if (recorded) {
            score.setEvaluatorTraceId(RunTrace.id(id(), contentHash, evaluation));
        }
        outcome.call().ifPresent(call -> score.setModel(call.model()));
        switch (outcome) {
            case Outcome.Scored scored -> {
                ScoreValue value = scored.result();
                score.setDataType(value.type()).setStringValue(value.text()).setComment(scored.comment())
                        .putAllMetadata(scored.metadata());
                if (value.isNumber()) {
                    score.setValue(value.number());
                }
            }
            case Outcome.Failed failed -> score.setDataType(ScoreDataType.NUMERIC).setError(failed.error());
        }
        return score.build();
    }
}
