package dev.sightline.query.metrics;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A metrics query as callers write it; {@link MetricsQuery#of} says what is valid. Null: left out. */
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@Schema(name = "MetricsRequest")
public record MetricsRequest(@Schema(ref = "MetricsView", description = "Default: observations") @Nullable String view,
        @Schema(description = "Which ones, in the language of the search bar") @Nullable String query,
        @Schema(description = "At or after; default: 24 hours before `to`") @Nullable Instant from,
        @Schema(description = "Before; default: now") @Nullable Instant to,
        @Schema(description = "What to count; 1 to 20") List<MeasureRequest> measures,
        @Schema(description = "What to group by; at most 5, GET /api/v1/metrics/measures lists them")
        @Nullable List<String> dimensions,
        @Schema(description = "Makes a time series; left out: one number",
                enumeration = {"auto", "minute", "hour", "day", "week", "month"})
        @Nullable String granularity,
        @Schema(description = "Where days begin, such as Europe/Berlin", defaultValue = "UTC")
        @Nullable String timeZone,
        @Schema(description = "Only the groups that are first by the first measure of `order_by`") @Nullable Top top,
        @Nullable List<Order> orderBy,
        @Schema(enumeration = "previous_period",
                description = "Each row carries the same numbers of the span of time before this one")
        @Nullable String compare,
        @Schema(description = "Rows of the answer") @Nullable Integer limit,
        @Schema(description = "Bars of a histogram, 1 to 100", defaultValue = "10") @Nullable Integer bins,
        @Schema(description = "auto: roll-ups where they can answer; raw: never", defaultValue = "auto",
                enumeration = {"auto", "raw"})
        @Nullable String source) {

    public MetricsRequest {
        measures = measures == null ? List.of() : measures;
        dimensions = dimensions == null ? List.of() : dimensions;
        orderBy = orderBy == null ? List.of() : orderBy;
    }

    /** A measure and what to make of its values, or one such divided by another. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "MetricsMeasureRequest")
    public record MeasureRequest(@Nullable String measure,
            @Schema(ref = "MetricsAggregation", description = "Default: the measure's first")
            @Nullable String aggregation,
            @Schema(description = "The column's name; default: aggregation_measure, or just the measure if it has one "
                    + "aggregation only. Needed with numerator and denominator") @Nullable String name,
            @Nullable MeasureRequest numerator, @Nullable MeasureRequest denominator) {
    }

    /** The first {@code n} groups, all others as one where {@code others} is true. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "MetricsTop")
    public record Top(@Nullable Integer n, @Nullable Boolean others) {
    }

    /** A column of the answer and asc or desc. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "MetricsOrder")
    public record Order(String field, @Schema(enumeration = {"asc", "desc"}) @Nullable String direction) {
    }
}
