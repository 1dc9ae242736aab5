package dev.sightline.ingestion.write;

import dev.sightline.storage.message.MessageWriter;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How spans move from Kafka to ClickHouse. The first bound that is reached ends a batch. */
@ConfigMapping(prefix = "sightline.writer")
public interface WriterConfig {
    /** The Kafka consumer group. */
    @WithDefault("sightline-writer")
    String group();

    @WithDefault("50000")
    int batchRowsMax();

    /**
     * Size of the Kafka records of a batch. A partition holds up to three batches in memory (stored, full, filling); the
     * one being stored takes five times this size while it is its turn ({@link #batchesAtOnce}).
     */
    @WithDefault("16000000")
    long batchBytesMax();

    /** Batches that are stored at a time, of different partitions: with more cores, more. */
    @WithDefault("2")
    int batchesAtOnce();

    /** How long the first span of a batch waits for others: the price of large batches in freshness. */
    @WithDefault("PT0.25S")
    Duration batchAgeMax();

    /** First pause after ClickHouse refused or did not answer; doubles up to {@link #retryPauseMax}. */
    @WithDefault("PT0.2S")
    Duration retryPauseMin();

    @WithDefault("PT10S")
    Duration retryPauseMax();

    /** How long the ids of stored spans are remembered to recognise one that is sent again. */
    @WithDefault("PT20M")
    Duration duplicateWindow();

    /** Ids remembered for each partition, 16 to 32 bytes each; when full, the older half is forgotten early. */
    @WithDefault("2000000")
    int duplicateWindowSpansMax();

    /** Traces of each partition whose user, session, tags and so on are remembered, some 400 bytes each. */
    @WithDefault("50000")
    int tracesMax();

    /** Stored observations that a batch may read because it changes them, some 2 kB each. */
    @WithDefault("50000")
    int storedRowsMax();

    /** Whether a message that a trace repeats is stored once. Off: content is stored as it came. */
    @WithDefault("true")
    boolean messageDeduplication();

    /** A message shorter than this stays in the content: a reference costs about 50 bytes. */
    @WithDefault("128")
    int messageBytesMin();

    /** Messages of one input or output that are stored by themselves; what follows stays in the content. */
    @WithDefault("2000")
    int messagesPerTextMax();

    /** Bytes spent on remembering which messages are stored, so that they are not written with every turn. */
    @WithDefault("33554432")
    long writtenMessagesBytesMax();

    /** The settings above as storage takes them. */
    default MessageWriter.Settings messageSettings() {
        return new MessageWriter.Settings(
                messageDeduplication(), messageBytesMin(), messagesPerTextMax(), writtenMessagesBytesMax());
    }
}
