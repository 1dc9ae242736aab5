package dev.sightline.query.langfuse;

import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.http.StrictJson;
import dev.sightline.query.metrics.MetricsConfig;
import dev.sightline.query.metrics.MetricsQueries;
import dev.sightline.query.trace.Parameters;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Runs Langfuse's metrics queries with ours. */
@Singleton
public class LangfuseMetrics {
    private static final int QUERY_LENGTH_MAX = 100_000;

    private final MetricsQueries metrics;
    private final MetricsConfig config;
    private final StrictJson json;

    LangfuseMetrics(MetricsQueries metrics, MetricsConfig config, StrictJson json) {
        this.metrics = metrics;
        this.config = config;
        this.json = json;
    }

    /** The keys are the fields asked for, {@code time_dimension} and {@code aggregation_measure}. */
    @Schema(name = "LangfuseMetricsRows")
    record Rows(List<Map<String, Object>> data) {
    }

    Rows run(ProjectScope scope, String parameter, boolean v2) {
        String text = Parameters.text(parameter).filter(given -> given.length() <= QUERY_LENGTH_MAX)
                .orElseThrow(() -> ServiceException.invalid("query",
                        "must be a JSON object of at most " + QUERY_LENGTH_MAX + " characters"));
        LangfuseMetricsQuery query = LangfuseMetricsQuery.of(scope,
                json.readParameter("query", text, LangfuseMetricsQuery.Body.class, "a metrics query"), v2, config);
        return new Rows(query.rows(metrics.run(scope, query.query())));
    }
}
