package dev.sightline.ingestion.langfuse;

import com.google.protobuf.ByteString;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.base.id.ExternalIds;
import dev.sightline.ingestion.mapping.Cuts;
import dev.sightline.ingestion.mapping.TraceFields;
import dev.sightline.proto.control.v1.Access;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.proto.score.v1.ScoreDataType;
import dev.sightline.proto.score.v1.ScoreSource;

/**
 * Reads a score as both of Langfuse's ways in take it: `POST /scores` and the event `score-create`. What it is about is
 * exactly one of a trace (with or without one of its observations), a session and a dataset run. Stateless.
 */
final class ScoreReader {
    private final int bytesMax;

    ScoreReader(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    /**
     * @param id                 the score's id where the client names none
     * @param timestampUnixNano  when it was given where the client does not say
     * @param updatedAtUnixNano  orders changes of one score
     * @throws ServiceException INVALID_ARGUMENT, naming the field
     */
    Score read(Fields body, String id, Access access, long timestampUnixNano, long updatedAtUnixNano,
               EventTimes times) {
        Score.Builder score = Score.newBuilder();
        String named = body.id("id");
        score.setId(named == null ? id : named)
                .setSource(access == Access.FULL ? ScoreSource.API : ScoreSource.FEEDBACK)
                .setTimestampUnixNano(times.read(body, "timestamp").orElse(timestampUnixNano))
                .setUpdatedAtUnixNano(updatedAtUnixNano)
                .setName(required(body, "name"));
        about(body, score);
        value(body, score);
        String environment = body.text("environment");
        score.setEnvironment(TraceFields.normalEnvironment(environment == null ? "" : environment));
        String comment = body.text("comment");
        score.setComment(comment == null ? "" : comment);
        String config = body.id("configId");
        score.setConfigId(config == null ? "" : config);
        String queue = body.id("queueId");
        score.setQueueId(queue == null ? "" : queue);
        Fields.Value metadata = body.get("metadata");
        if (metadata != null && !metadata.isEmptyObject()) {
            Metadata.read(metadata, Cuts.SHORT_CHARS_MAX, score::putMetadata);
        }
        if (score.build().getSerializedSize() > bytesMax) {
            throw ServiceException.of(ErrorCode.PAYLOAD_TOO_LARGE,
                    "the score has more than " + bytesMax + " bytes; send a shorter comment, value or metadata");
        }
        return score.build();
    }

    private static String required(Fields body, String name) {
        String text = body.required(name);
        if (text.length() > Cuts.SHORT_CHARS_MAX) {
            throw body.invalid(name, "has more than " + Cuts.SHORT_CHARS_MAX + " characters");
        }
        return text;
    }

    private static void about(Fields body, Score.Builder score) {
        String trace = body.id("traceId");
        String observation = body.id("observationId");
        String session = body.text("sessionId");
        String run = body.id("datasetRunId");
        boolean ofSession = session != null && !session.isEmpty();
        if (trace != null && ofSession) {
            throw body.invalid("sessionId", "is given beside traceId; a score is about one of them");
        }
        if (run != null && (trace != null || ofSession)) {
            throw body.invalid("datasetRunId", "is given beside " + (trace != null ? "traceId" : "sessionId")
                    + "; a score is about one of them");
        }
        if (trace != null) {
            ByteString traceId = ExternalIds.traceId(trace);
            score.setTraceId(traceId).setExternalTraceId(ExternalIds.external(trace, traceId));
        } else if (run != null) {
            score.setDatasetRunId(run);
        } else if (!ofSession) {
            throw body.invalid("traceId", "is missing; give traceId, sessionId or datasetRunId");
        } else if (session.length() > Cuts.SHORT_CHARS_MAX) {
            throw body.invalid("sessionId", "has more than " + Cuts.SHORT_CHARS_MAX + " characters");
        } else {
            score.setSessionId(session);
        }
        if (observation != null) {
            if (trace == null) {
                throw body.invalid("observationId", "needs the traceId of its trace");
            }
            ByteString spanId = ExternalIds.observationId(observation);
            score.setSpanId(spanId).setExternalObservationId(ExternalIds.external(observation, spanId));
        }
    }

    private static void value(Fields body, Score.Builder score) {
        Fields.Value value = body.get("value");
        if (value == null) {
            throw body.invalid("value", "is missing");
        }
        String dataType = body.word("dataType");
        switch (dataType == null ? inferred(body, value) : dataType) {
            case "NUMERIC" -> score.setDataType(ScoreDataType.NUMERIC).setValue(body.number("value"));
            case "BOOLEAN" -> {
                boolean isTrue = truth(body, value);
                score.setDataType(ScoreDataType.BOOLEAN).setValue(isTrue ? 1 : 0)
                        .setStringValue(Boolean.toString(isTrue));
            }
            case "CATEGORICAL" -> score.setDataType(ScoreDataType.CATEGORICAL).setStringValue(words(body));
            // A correction is the text somebody would rather have seen.
            case "TEXT", "CORRECTION" -> score.setDataType(ScoreDataType.TEXT).setStringValue(words(body));
            default -> throw body.invalid("dataType",
                    "must be NUMERIC, BOOLEAN, CATEGORICAL, TEXT or CORRECTION");
        }
    }

    private static String inferred(Fields body, Fields.Value value) {
        return switch (value.kind()) {
            case NUMBER -> "NUMERIC";
            case BOOLEAN -> "BOOLEAN";
            case TEXT -> "CATEGORICAL";
            case OBJECT, ARRAY -> throw body.invalid("value", "must be a number, true or false, or text");
        };
    }

    /** Langfuse's clients send 0 and 1. */
    private static boolean truth(Fields body, Fields.Value value) {
        if (value.kind() == Fields.Kind.BOOLEAN) {
            return body.flag("value");
        }
        double number = body.number("value");
        if (number != 0 && number != 1) {
            throw body.invalid("value", "must be 0 or 1, or true or false, for a BOOLEAN");
        }
        return number == 1;
    }

    private static String words(Fields body) {
        String text = body.text("value");
        if (text.isEmpty()) {
            throw body.invalid("value", "is empty");
        }
        return text;
    }
}
