package dev.sightline.storage.observation;

import dev.sightline.proto.observation.v1.Observation;

/**
 * An observation on its way into ClickHouse: what the edge made of it, and where on Kafka it came from. With sign 1 it is
 * stored; with sign -1 it takes out the row that has the same values. ADR 0006.
 */
public record ObservationRow(String projectId, Observation observation, long receivedAtUnixNano,
                             int kafkaPartition, long kafkaOffset, int sign) {

    public ObservationRow(String projectId, Observation observation, long receivedAtUnixNano, int kafkaPartition,
                          long kafkaOffset) {
        this(projectId, observation, receivedAtUnixNano, kafkaPartition, kafkaOffset, 1);
    }

    /** Prompts and answers are user data: never in a log by way of toString. */
    @Override
    public String toString() {
        return "ObservationRow[project=" + projectId + ", partition=" + kafkaPartition + ", offset=" + kafkaOffset + "]";
    }
}
