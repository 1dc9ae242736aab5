package dev.sightline.query.ingest;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What became of what a project sent in a span of time, in the shape of {@code /api/v1/ingest/health}. Counts are spans
 * (events, scores, findings); a request that could not be read counts as one.
 */
@JsonNaming(SnakeCaseStrategy.class)
record IngestHealth(Instant from, Instant to, List<Hint> hints,
        @Schema(description = "Every outcome, also those that did not happen") List<OutcomeTotal> totals,
        @Schema(description = "Why, most often first; accepted spans have no reason") List<ReasonTotal> reasons,
        List<SourceTotal> sources, Series series, Storage storage) {

    /** What to make of it, in words. The most important ones come first. */
    record Hint(@Schema(enumeration = {"good", "info", "warning", "error"}) String level, String text) {
    }

    /** What one outcome came to. */
    record OutcomeTotal(@Schema(ref = "IngestOutcome") String outcome, long count, long bytes) {
    }

    /** What one reason came to. */
    @JsonNaming(SnakeCaseStrategy.class)
    record ReasonTotal(@Schema(ref = "IngestOutcome") String outcome, String reason,
            @Schema(description = "What the reason means and what to do") @Nullable String advice, long count,
            long bytes, @Schema(description = "The latest minute it happened in") Instant lastMinute,
            @Schema(description = "What a client was told last") @Nullable String example) {
    }

    /** What came in on one way. */
    record SourceTotal(@Schema(description = "otlp-grpc, otlp-http, langfuse-ingestion, scores, media, writer")
            String source, @Schema(ref = "IngestOutcome") String outcome, long count, long bytes) {
    }

    /** Counts over time, without gaps. */
    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "IngestSeries")
    record Series(int stepSeconds, List<Point> points) {
    }

    /** What happened in one step; outcomes that did not happen are left out. */
    @Schema(name = "IngestPoint")
    record Point(Instant time, Map<String, Long> counts) {
    }

    /** How far behind what can be read is. */
    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "IngestStorage")
    record Storage(
            @Schema(description = "When the newest stored span came in, of the last 24 hours")
            @Nullable Instant newestReceivedAt,
            @Schema(description = "How long ago that was") @Nullable Double ageSeconds,
            @Schema(description = "The latest minute in which spans were accepted")
            @Nullable Instant newestAcceptedMinute,
            @Schema(description = "Spans were accepted later than the newest stored one: the writer is behind")
            boolean behind) {
    }
}
