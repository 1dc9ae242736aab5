package dev.sightline.ingestion.langfuse;

import dev.sightline.ingestion.RequestBody;
import dev.sightline.ingestion.publish.PublishConfig;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;

/**
 * Langfuse's batch endpoint, what its SDKs before OpenTelemetry send everything through. Whatever becomes of the events
 * the answer is 207 with a result for each, unless the request can't be read or nobody knows the key.
 */
@Path("/api/public/ingestion")
public class IngestionHttp {
    private final LangfuseWrites writes;
    private final LangfuseConfig config;
    private final LangfuseAnswers answers;

    public IngestionHttp(LangfuseWrites writes, LangfuseConfig config, PublishConfig publishConfig) {
        this.writes = writes;
        this.config = config;
        this.answers = new LangfuseAnswers(config.corsOrigins(), publishConfig.retryAfter());
    }

    @POST
    @RunOnVirtualThread
    public Response ingest(@HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
                           @HeaderParam(HttpHeaders.CONTENT_ENCODING) String contentEncoding,
                           @HeaderParam("Origin") String origin, InputStream body) {
        return answers.answer(origin, "events", () -> {
            byte[] request = RequestBody.read(body, contentEncoding, config.requestBytesMax());
            return answers.of(207, writes.batch(authorization, request), origin);
        });
    }

    @OPTIONS
    public Response preflight(@HeaderParam("Origin") String origin,
                              @HeaderParam("Access-Control-Request-Headers") String requestedHeaders) {
        return answers.preflight(origin, requestedHeaders);
    }
}
