package dev.sightline.evaluator.guard;

import dev.sightline.base.auth.ApiKeys;
import dev.sightline.base.guard.CheckBody;
import dev.sightline.base.json.ProtoJson;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;

/** {@code POST /api/v1/guard/check}: what {@code Guard/Check} is over gRPC, as JSON. */
@Path("/api/v1/guard/check")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class GuardResource {
    private final GuardCheck guard;
    private final ApiKeys keys;
    private final GuardConfig config;

    GuardResource(GuardCheck guard, ApiKeys keys, GuardConfig config) {
        this.guard = guard;
        this.keys = keys;
        this.config = config;
    }

    @POST
    public String check(@HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            @HeaderParam("traceparent") String traceparent, String body) {
        ApiKeys.Key key = keys.resolve(authorization);
        ApiKeys.requireFull(key);
        return ProtoJson.print(guard.check(Caller.of(key.projectId(), traceparent, true), CheckBody.read(body),
                config.deadline()));
    }
}
