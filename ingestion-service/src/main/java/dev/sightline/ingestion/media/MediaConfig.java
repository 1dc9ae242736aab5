package dev.sightline.ingestion.media;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Where media lie, and the bounds on what is taken. */
@ConfigMapping(prefix = "sightline.media")
public interface MediaConfig {
    /** The folder that holds media where no bucket is set. Several edge processes have to share it. */
    @WithDefault("data/media")
    Path folder();

    /** The bucket that holds media. */
    S3 s3();

    /** One upload, in bytes. {@code quarkus.http.limits.max-body-size} has to be larger. */
    @WithDefault("60000000")
    long uploadBytesMax();

    /** Uploads and downloads through this process at the same time; more are told to come back. */
    @WithDefault("64")
    int transfersMax();

    /** Base64 in a span is moved out from this many bytes on, counted after decoding. */
    @WithDefault("1024")
    int movedBytesMin();

    /** Moved out of the spans of one request at most, in bytes after decoding; what is beyond stays in its span. */
    @WithDefault("50000000")
    long movedBytesPerRequestMax();

    /** So long a medium that was seen in the store is not looked for again. */
    @WithDefault("PT1M")
    Duration knownFor();

    /** How many media of how many traces are remembered as stored. */
    @WithDefault("10000")
    int knownMax();

    /** A bucket of Amazon S3 or of anything that speaks its protocol. */
    interface S3 {
        /** With a bucket, media go there and not into {@link #folder}. It has to exist. */
        Optional<String> bucket();

        /** Before every object's name, such as {@code sightline/}. */
        Optional<String> prefix();

        @WithDefault("us-east-1")
        String region();

        /** Where the store answers, when it is not Amazon's. */
        Optional<URI> endpoint();

        /** The bucket in the path and not in the host name: what most stores other than Amazon's want. */
        @WithDefault("false")
        boolean pathStyle();

        /** With its secret; without, the AWS SDK looks in its usual places. */
        Optional<String> accessKey();

        Optional<String> secretKey();

        /** Clients send to and fetch from the store itself. Set false where only the services can reach it. */
        @WithDefault("true")
        boolean direct();

        /** How long one call may take, repeats included. */
        @WithDefault("PT10S")
        Duration timeout();
    }
}
