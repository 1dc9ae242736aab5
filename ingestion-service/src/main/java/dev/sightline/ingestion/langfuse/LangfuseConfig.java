package dev.sightline.ingestion.langfuse;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Set;

/** Bounds of Langfuse's write API. Its own server takes 4.5 MB a request. */
@ConfigMapping(prefix = "sightline.langfuse")
public interface LangfuseConfig {
    /** A request after decompression: 32 MiB. */
    @WithDefault("33554432")
    int requestBytesMax();

    /** Requests being worked on, in bytes after decompression; more wait for {@link #admissionWait}, then try later. */
    @WithDefault("67108864")
    int inFlightBytesMax();

    /** How long a request may wait for others to finish before the client is told to come back. */
    @WithDefault("PT2S")
    Duration admissionWait();

    /** Events of one batch, and scores of one array. */
    @WithDefault("20000")
    int eventsMax();

    /** What one event says, after mapping. */
    @WithDefault("16777216")
    int eventBytesMax();

    /** One score, comment and metadata included. */
    @WithDefault("1048576")
    int scoreBytesMax();

    /** Metadata entries of one event; those beyond are dropped and their number is kept in the metadata. */
    @WithDefault("10000")
    int metadataEntriesMax();

    /** An event or a start longer ago than this is rejected. */
    @WithDefault("P1826D")
    Duration startedBeforeMax();

    /** An event, a start or an end this far in the future is rejected: its clock is wrong. */
    @WithDefault("P1D")
    Duration startsAheadMax();

    /** How long query-service may take for one event about a dataset's run. */
    @WithDefault("PT5S")
    Duration runItemTimeout();

    /** From which origins browsers may send scores and batches: `*`, or a list such as `https://app.example.org`. */
    @WithDefault("*")
    Set<String> corsOrigins();
}
