package dev.sightline.ingestion.publish;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the edge hands spans to Kafka, and the topics this service creates where they are missing. */
@ConfigMapping(prefix = "sightline.publish")
public interface PublishConfig {
    /** A record holds spans of one request up to about this many bytes; a larger span travels alone. */
    @WithDefault("1000000")
    int recordBytes();

    /** The largest record, and so the largest span, that Kafka is asked to take. */
    @WithDefault("33554432")
    int recordBytesMax();

    /** Kafka has to acknowledge within this, else the client is told to try again. */
    @WithDefault("PT10S")
    Duration timeout();

    /** How long a request waits for room in the producer's buffer or for a broker to appear. */
    @WithDefault("PT2S")
    Duration blockMax();

    /** What may wait for Kafka in memory. */
    @WithDefault("67108864")
    long bufferBytesMax();

    /** Told to clients (RetryInfo, Retry-After) when Kafka is slow or away. */
    @WithDefault("PT1S")
    Duration retryAfter();

    /**
     * Partitions of topic `spans` when it is created here. More writers can share more partitions; a writer stores each
     * by itself, and a small batch costs ClickHouse almost what a large one does, so one writer is best off with two.
     */
    @WithDefault("2")
    int partitions();

    /** Copies of each topic when it is created here; 3 on a real cluster. */
    @WithDefault("1")
    short replicationFactor();

    /** How long Kafka keeps spans: the time ClickHouse may be away without loss. */
    @WithDefault("P3D")
    Duration retention();
}
