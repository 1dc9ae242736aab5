package dev.sightline.query.metrics;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Arrays;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What can be asked for, for whoever builds charts. */
@Schema(name = "MetricsCatalog")
public record MetricsCatalog(List<ViewEntry> views) {
    /** All views. */
    public static MetricsCatalog all() {
        return new MetricsCatalog(Arrays.stream(View.values()).map(view -> new ViewEntry(view.title(),
                Measure.all(view).stream().map(MeasureEntry::of).toList(),
                Dimension.all(view).stream().map(DimensionEntry::of).toList())).toList());
    }

    /** A view, its measures and dimensions. */
    @Schema(name = "MetricsViewEntry")
    public record ViewEntry(@Schema(ref = "MetricsView") String name, List<MeasureEntry> measures,
            List<DimensionEntry> dimensions) {
    }

    /** A measure; the first aggregation is meant where none is named. */
    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "MetricsMeasureEntry")
    public record MeasureEntry(String name, @Nullable String unit, String description,
            @Schema(description = "MetricsAggregation; empty where it has one only") List<String> aggregations) {
        static MeasureEntry of(Measure measure) {
            return new MeasureEntry(measure.name(), measure.unit(), measure.description(), measure.isOne() ? List.of()
                    : measure.aggregations().stream().map(Aggregation::title).toList());
        }
    }

    /** A dimension; {@code rolled_up}: charts by it read a roll-up where they can. */
    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "MetricsDimensionEntry")
    public record DimensionEntry(String name, String description, boolean rolledUp) {
        static DimensionEntry of(Dimension dimension) {
            return new DimensionEntry(dimension.name(), dimension.description(), dimension.rolledUp().isPresent());
        }
    }
}
