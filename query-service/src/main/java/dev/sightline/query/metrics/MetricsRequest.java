package dev.sightline.query.metrics;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A metrics query as callers write it; {@link MetricsQuery#of} says what is valid. Null: left out. */
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@Schema(name = "MetricsRequest")
public record MetricsRequest(
        @Schema(description = "observations (the default), traces or scores") String view,
        @Schema(description = "Which ones, in the language of the search bar") String query,
        @Schema(description = "At or after; default: 24 hours before `to`") Instant from,
        @Schema(description = "Before; default: now") Instant to,
        @Schema(description = "What to count; 1 to 20") List<MeasureRequest> measures,
        @Schema(description = "What to group by; at most 5, GET /api/v1/metrics/measures lists them")
        List<String> dimensions,
        @Schema(description = "auto, minute, hour, day, week or month makes a time series; left out: one number")
        String granularity,
        @Schema(description = "Where days begin, such as Europe/Berlin", defaultValue = "UTC") String timeZone,
        @Schema(description = "Only the groups that are first by the first measure of `order_by`") Top top,
        List<Order> orderBy,
        @Schema(description = "previous_period: each row carries the same numbers of the span of time before this one")
        String compare,
        @Schema(description = "Rows of the answer") Integer limit,
        @Schema(description = "Bars of a histogram, 1 to 100", defaultValue = "10") Integer bins,
        @Schema(description = "auto (roll-ups where they can answer) or raw (never)", defaultValue = "auto")
        String source) {

    public MetricsRequest {
        measures = measures == null ? List.of() : measures;
        dimensions = dimensions == null ? List.of() : dimensions;
        orderBy = orderBy == null ? List.of() : orderBy;
    }

    /** A measure and what to make of its values, or one such divided by another. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "MetricsMeasureRequest")
    public record MeasureRequest(String measure,
            @Schema(description = "sum, avg, count, min, max, p50, p75, p90, p95, p99 or histogram; default: the "
                    + "measure's first")
            String aggregation,
            @Schema(description = "The column's name; default: aggregation_measure, or just the measure if it has one "
                    + "aggregation only. Needed with numerator and denominator") String name,
            MeasureRequest numerator, MeasureRequest denominator) {
    }

    /** The first {@code n} groups, all others as one where {@code others} is true. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "MetricsTop")
    public record Top(Integer n, Boolean others) {
    }

    /** A column of the answer and asc or desc. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "MetricsOrder")
    public record Order(String field, String direction) {
    }
}
