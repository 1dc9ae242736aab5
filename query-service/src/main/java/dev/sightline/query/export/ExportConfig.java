package dev.sightline.query.export;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Where exports lie, how long, and the bounds on them. */
@ConfigMapping(prefix = "sightline.exports")
public interface ExportConfig {
    /** The folder that holds exports where no bucket is set. Several processes have to share it. */
    @WithDefault("data/exports")
    Path folder();

    /** The bucket that holds exports; by default the one that holds media. */
    S3 s3();

    /** Rows of one export; a larger one fails. */
    @WithDefault("10000000")
    long rowsMax();

    /** Bytes of one export's file; a larger one fails. */
    @WithDefault("10000000000")
    long bytesMax();

    /** What one export may hold in ClickHouse's memory, in bytes. */
    @WithDefault("2000000000")
    long memoryBytesMax();

    /** After this an export fails. */
    @WithDefault("PT30M")
    Duration timeMax();

    /** Exports written at once by this process. */
    @WithDefault("2")
    int concurrentMax();

    /** Exports of one project that wait or are written. */
    @WithDefault("5")
    int openPerProjectMax();

    /** A file can be fetched for so long after it was finished; then it is deleted. */
    @WithDefault("PT24H")
    Duration lifetime();

    /** How long an export that is gone still stands in the list. */
    @WithDefault("P7D")
    Duration recordLifetime();

    /** How often a process looks for exports that wait. */
    @WithDefault("PT2S")
    Duration poll();

    /** An export whose process has been silent for so long is begun again by another. */
    @WithDefault("PT30S")
    Duration silence();

    /** How often an export is begun before it counts as failed. */
    @WithDefault("3")
    int attemptsMax();

    /** A bucket of Amazon S3 or of anything that speaks its protocol. */
    interface S3 {
        /** With a bucket, exports go there and not into {@link #folder}. It has to exist. */
        @WithDefault("${sightline.media.s3.bucket:}")
        Optional<String> bucket();

        /** Before every object's name. */
        @WithDefault("exports/")
        String prefix();

        @WithDefault("${sightline.media.s3.region:us-east-1}")
        String region();

        /** Where the store answers, when it is not Amazon's. */
        @WithDefault("${sightline.media.s3.endpoint:}")
        Optional<URI> endpoint();

        @WithDefault("${sightline.media.s3.path-style:false}")
        boolean pathStyle();

        @WithDefault("${sightline.media.s3.access-key:}")
        Optional<String> accessKey();

        @WithDefault("${sightline.media.s3.secret-key:}")
        Optional<String> secretKey();

        /** How long one call may take, the upload of a file included. */
        @WithDefault("PT10M")
        Duration timeout();
    }
}
