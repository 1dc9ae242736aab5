package dev.sightline.ingestion.otlp;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Bounds of the OTLP endpoints. What is beyond them is answered as the OTLP specification says, never kept in memory. */
@ConfigMapping(prefix = "sightline.otlp")
public interface OtlpConfig {
    /** A request after decompression: 64 MiB, the specification's recommendation. */
    @WithDefault("67108864")
    int requestBytesMax();

    /** Requests being worked on, in bytes after decompression; more wait for {@link #admissionWait}, then try later. */
    @WithDefault("100663296")
    int inFlightBytesMax();

    /** Requests that wait for others to finish, in bytes after decompression; more are told to come back at once. */
    @WithDefault("67108864")
    int waitingBytesMax();

    /** How long a request may wait for others to finish before the client is told to come back. */
    @WithDefault("PT2S")
    Duration admissionWait();

    /** One span after mapping, content included. */
    @WithDefault("16777216")
    int spanBytesMax();

    /** Attributes of one span; those beyond are dropped and their number is kept in the span's metadata. */
    @WithDefault("10000")
    int spanAttributesMax();

    /** A span that started longer ago than this is rejected. */
    @WithDefault("P1826D")
    Duration startedBeforeMax();

    /** A span that starts this far in the future is rejected: its clock is wrong. */
    @WithDefault("P1D")
    Duration startsAheadMax();
}
