package dev.sightline.query.observation;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.filter.Filter;
import dev.sightline.query.trace.PageCursor;
import dev.sightline.query.trace.Parameters;
import dev.sightline.query.trace.TraceConfig;
import dev.sightline.query.trace.TraceJson;
import dev.sightline.query.trace.Window;
import dev.sightline.storage.observation.ObservationTable;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Observations of all traces, for tables and scripts. */
@Path("/api/v1/observations")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Traces")
@APIResponse(responseCode = "400", description = "A parameter is wrong; `field` names it")
@APIResponse(responseCode = "401", description = "No or wrong credentials")
public class ObservationListResource {
    private final RestCaller caller;
    private final ObservationQueries observations;
    private final TraceConfig config;

    ObservationListResource(RestCaller caller, ObservationQueries observations, TraceConfig config) {
        this.caller = caller;
        this.observations = observations;
        this.config = config;
    }

    @GET
    @Operation(summary = "List observations, newest first, without input and output")
    @APIResponse(responseCode = "200", description = "A page")
    public ObservationPage list(
            @Parameter(description = "The filter language of docs/query-language.md, such as type:generation latency:>2s")
            @QueryParam("query") String query,
            @Parameter(description = "Started at or after; ISO-8601. Default: 24 hours ago")
            @QueryParam("from") String from,
            @Parameter(description = "Started before; ISO-8601. Default: open") @QueryParam("to") String to,
            @Parameter(description = "1 to 200, default 50") @QueryParam("limit") String limit,
            @Parameter(description = "next_cursor of the page before") @QueryParam("cursor") String cursor) {
        ProjectScope scope = caller.project();
        ObservationQueries.Page page = observations.list(scope, Filter.parse(query),
                Window.parse(from, to, config.listWindow()),
                Parameters.number("limit", limit, ObservationQueries.LIMIT_DEFAULT, 1, ObservationQueries.LIMIT_MAX),
                PageCursor.parse(PageCursor.Kind.OBSERVATIONS, cursor));
        return new ObservationPage(page.observations().stream().map(ObservationSummary::of).toList(),
                page.next().map(PageCursor::encode).orElse(null));
    }

    /** A page of observations, newest first. */
    @JsonNaming(SnakeCaseStrategy.class)
    record ObservationPage(List<ObservationSummary> data,
            @Schema(description = "null on the last page") @Nullable String nextCursor) {
    }

    /** What lists show of an observation. */
    @JsonNaming(SnakeCaseStrategy.class)
    record ObservationSummary(String traceId, @Nullable String traceName, String spanId, @Nullable String parentSpanId,
            String name, @Schema(ref = "ObservationType") String type, @Schema(ref = "Level") String level,
            @Nullable String statusMessage, Instant startTime, @Nullable Instant endTime, @Nullable Double latencyMs,
            @Nullable Instant completionStartTime, @Nullable Double timeToFirstTokenMs, @Nullable String environment,
            @Nullable String release, @Nullable String version, @Nullable String model, @Nullable String provider,
            Map<String, Long> usage, boolean usageEstimated, long inputTokens, long outputTokens, long totalTokens,
            BigDecimal totalCost, @Nullable String userId, @Nullable String sessionId, List<String> tags,
            @Nullable String serviceName, @Nullable String toolName, @Nullable String agentName,
            @Nullable String promptName, @Nullable Integer promptVersion, @Nullable String errorType,
            @Nullable String finishReason) {
        static ObservationSummary of(Observation o) {
            long start = o.getStartUnixNano();
            long end = o.getEndUnixNano();
            long firstToken = o.getCompletionStartUnixNano();
            return new ObservationSummary(TraceJson.hex(o.getTraceId()), TraceJson.text(o.getTraceName()),
                    TraceJson.hex(o.getSpanId()), TraceJson.hex(o.getParentSpanId()), o.getName(),
                    ObservationTable.typeName(o.getType()), o.getLevel().name(), TraceJson.text(o.getStatusMessage()),
                    TraceJson.time(start), TraceJson.time(end), end == 0 ? null : TraceJson.millis(start, end),
                    TraceJson.time(firstToken), firstToken == 0 ? null : TraceJson.millis(start, firstToken),
                    TraceJson.text(o.getEnvironment()), TraceJson.text(o.getRelease()), TraceJson.text(o.getVersion()),
                    TraceJson.text(o.getModel()), TraceJson.text(o.getProvider()), new TreeMap<>(o.getUsageMap()),
                    o.getUsageEstimated(), o.getInputTokens(), o.getOutputTokens(), o.getTotalTokens(),
                    TraceJson.usd(o.getTotalCostPicoUsd()), TraceJson.text(o.getUserId()),
                    TraceJson.text(o.getSessionId()), o.getTagsList(), TraceJson.text(o.getServiceName()),
                    TraceJson.text(o.getToolName()), TraceJson.text(o.getAgentName()),
                    TraceJson.text(o.getPromptName()), o.getPromptVersion() == 0 ? null : o.getPromptVersion(),
                    TraceJson.text(o.getErrorType()), TraceJson.text(o.getFinishReason()));
        }
    }
}
