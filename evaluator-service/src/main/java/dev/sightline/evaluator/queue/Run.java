package dev.sightline.evaluator.queue;

import com.google.protobuf.ByteString;

/**
 * An evaluation that waits or is under way.
 *
 * @param scoreId of the score that it makes
 * @param traceId 16 bytes; of a session that of the trace that asked for it last
 * @param spanId the judged observation, else empty
 * @param sessionId the judged session, else empty
 * @param asked how often it was asked for when it was taken
 * @param attempts this one included
 */
public record Run(String scoreId, String projectId, String ruleId, String evaluatorId, ByteString traceId,
        ByteString spanId, String sessionId, int asked, int attempts) {
}
