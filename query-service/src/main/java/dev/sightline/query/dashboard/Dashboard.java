package dev.sightline.query.dashboard;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.sightline.query.metrics.MetricsRequest;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A page of charts. The same document goes in and out: what is read of one project can be sent to another. {@code id},
 * {@code version}, {@code shipped} and {@code updated_at} are the server's; of what is sent only {@code version}
 * counts.
 */
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Dashboard(@Schema(description = "A UUID, or the name of a shipped one") @Nullable String id, String name,
        @Nullable String description,
        @Schema(description = "Counts the changes. PUT needs the one that was read, here or in If-Match")
        @Nullable Integer version,
        @Schema(description = "Comes with Sightline and can't be changed; make a copy") @Nullable Boolean shipped,
        @Nullable Instant updatedAt, List<Widget> widgets) {
    public Dashboard {
        widgets = widgets == null ? List.of() : widgets;
    }

    /** The same as the server has it. */
    Dashboard as(String ofId, int ofVersion, boolean isShipped, Instant time) {
        return new Dashboard(ofId, name, description, ofVersion, isShipped, time, widgets);
    }

    /** Only what people say of it. */
    Dashboard document() {
        return new Dashboard(null, name, description, null, null, null, widgets);
    }

    /** A chart on a grid of 12 columns. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "DashboardWidget")
    public record Widget(
            @Schema(description = "Unique in the dashboard") String id, String title,
            @Schema(enumeration = {"line", "area", "bar", "stacked_bar", "horizontal_bar", "pie", "number", "table",
                "histogram"}) String chart,
            @Schema(description = "Without from and to it takes the dashboard's span of time") MetricsRequest query,
            @Schema(description = "Column, 0 to 11") Integer x, @Schema(description = "Row, from 0") Integer y,
            @Schema(description = "Columns, 1 to 12") Integer w, @Schema(description = "Rows, 1 to 40") Integer h) {
    }
}
