package dev.sightline.query.metrics;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a metrics query found. */
@JsonNaming(SnakeCaseStrategy.class)
@Schema(name = "MetricsAnswer")
public record MetricsAnswer(
        @Schema(description = "Rows by the names of the columns: `time`, dimensions (null: none), measures; `others` "
                + "is true in the row of all groups that are not on top; `previous` has the measures of the "
                + "span before")
        List<Map<String, Object>> data,
        @Schema(description = "null where it is no time series",
                enumeration = {"minute", "hour", "day", "week", "month"}) @Nullable String granularity,
        Instant from, Instant to, String timeZone,
        List<Column> columns,
        @Schema(description = "The table that the numbers come from; the ends of the span may come from raw rows")
        String source,
        @Schema(description = "More groups exist than the answer has rows") boolean truncated) {

    /** A column of the rows; {@code kind} is time, dimension or measure. */
    @Schema(name = "MetricsColumn")
    public record Column(String name, @Schema(enumeration = {"time", "dimension", "measure"}) String kind,
            @Nullable String unit) {
    }
}
