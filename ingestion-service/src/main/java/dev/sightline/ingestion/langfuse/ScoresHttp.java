package dev.sightline.ingestion.langfuse;

import dev.sightline.ingestion.RequestBody;
import dev.sightline.ingestion.publish.PublishConfig;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.Map;

/**
 * Scores over Langfuse's API: one object or an array to write, one by its id to delete. Browsers may write with the
 * public key alone; nobody may delete with it. Reading is query-service's.
 */
@Path("/api/public/scores")
public class ScoresHttp {
    private final LangfuseWrites writes;
    private final LangfuseConfig config;
    private final LangfuseAnswers answers;

    public ScoresHttp(LangfuseWrites writes, LangfuseConfig config, PublishConfig publishConfig) {
        this.writes = writes;
        this.config = config;
        this.answers = new LangfuseAnswers(config.corsOrigins(), publishConfig.retryAfter());
    }

    @POST
    @RunOnVirtualThread
    public Response create(@HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
                           @HeaderParam(HttpHeaders.CONTENT_ENCODING) String contentEncoding,
                           @HeaderParam("Origin") String origin, InputStream body) {
        return answers.answer(origin, "scores", () -> {
            byte[] request = RequestBody.read(body, contentEncoding, config.requestBytesMax());
            LangfuseWrites.Written written = writes.scores(authorization, request);
            return answers.of(written.status(), written.answer(), origin);
        });
    }

    @DELETE
    @Path("{scoreId}")
    @RunOnVirtualThread
    public Response delete(@HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
                           @HeaderParam("Origin") String origin, @PathParam("scoreId") String scoreId) {
        return answers.answer(origin, "scores", () -> {
            writes.deleteScore(authorization, scoreId);
            return answers.of(202, Map.of("message", "the score is being deleted"), origin);
        });
    }

    @OPTIONS
    public Response preflight(@HeaderParam("Origin") String origin,
                              @HeaderParam("Access-Control-Request-Headers") String requestedHeaders) {
        return answers.preflight(origin, requestedHeaders);
    }
}
