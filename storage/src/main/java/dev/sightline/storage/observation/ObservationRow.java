package dev.sightline.storage.observation;

import dev.sightline.proto.observation.v1.Observation;

/**
 * An observation on its way into ClickHouse: what the edge made of it, and where on Kafka it came from. With sign 1 it is
 * stored; with sign -1 it takes out the row that has the same values. ADR 0006.
 *
 * @param messageBytes what the messages weigh that the observation's content only refers to. ADR 0007
 */
public record ObservationRow(String projectId, Observation observation, long receivedAtUnixNano,
                             int kafkaPartition, long kafkaOffset, int sign, long messageBytes) {

    public ObservationRow(String projectId, Observation observation, long receivedAtUnixNano, int kafkaPartition,
                          long kafkaOffset) {
        this(projectId, observation, receivedAtUnixNano, kafkaPartition, kafkaOffset, 1);
    }

    public ObservationRow(String projectId, Observation observation, long receivedAtUnixNano, int kafkaPartition,
                          long kafkaOffset, int sign) {
        this(projectId, observation, receivedAtUnixNano, kafkaPartition, kafkaOffset, sign, 0);
    }

    /** The same row with content that refers to messages. */
    public ObservationRow withContent(Observation referring, long bytesOfMessages) {
        return new ObservationRow(
                projectId, referring, receivedAtUnixNano, kafkaPartition, kafkaOffset, sign, bytesOfMessages);
    }

    /** Prompts and answers are user data: never in a log by way of toString. */
    @Override
    public String toString() {
        return "ObservationRow[project=" + projectId + ", partition=" + kafkaPartition + ", offset=" + kafkaOffset + "]";
    }
}
