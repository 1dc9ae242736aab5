package dev.sightline.storage.observation;

import com.google.protobuf.ByteString;
import dev.sightline.proto.observation.v1.Observation;

/**
 * An observation on its way into ClickHouse: what the edge made of it, and where on Kafka it came from. With sign 1 it is
 * stored; with sign -1 it takes out the row that has the same values. ADR 0006.
 *
 * @param texts what is stored in place of the observation's own texts; null: those
 */
public record ObservationRow(String projectId, Observation observation, long receivedAtUnixNano,
                             int kafkaPartition, long kafkaOffset, int sign, ReferringTexts texts) {

    /**
     * The texts of an observation with references in the place of messages. ADR 0007
     *
     * @param messageBytes what the messages weigh
     */
    public record ReferringTexts(ByteString input, ByteString output, ByteString toolDefinitions, long messageBytes) {
    }

    public ObservationRow(String projectId, Observation observation, long receivedAtUnixNano, int kafkaPartition,
                          long kafkaOffset) {
        this(projectId, observation, receivedAtUnixNano, kafkaPartition, kafkaOffset, 1);
    }

    public ObservationRow(String projectId, Observation observation, long receivedAtUnixNano, int kafkaPartition,
                          long kafkaOffset, int sign) {
        this(projectId, observation, receivedAtUnixNano, kafkaPartition, kafkaOffset, sign, null);
    }

    /** The same row with content that refers to messages. The observation is not copied: that is dear. */
    public ObservationRow withTexts(ReferringTexts referring) {
        return new ObservationRow(
                projectId, observation, receivedAtUnixNano, kafkaPartition, kafkaOffset, sign, referring);
    }

    ByteString input() {
        return texts == null ? observation.getInputBytes() : texts.input;
    }

    ByteString output() {
        return texts == null ? observation.getOutputBytes() : texts.output;
    }

    ByteString toolDefinitions() {
        return texts == null ? observation.getToolDefinitionsBytes() : texts.toolDefinitions;
    }

    long messageBytes() {
        return texts == null ? 0 : texts.messageBytes;
    }

    /** Prompts and answers are user data: never in a log by way of toString. */
    @Override
    public String toString() {
        return "ObservationRow[project=" + projectId + ", partition=" + kafkaPartition + ", offset=" + kafkaOffset + "]";
    }
}
