package dev.sightline.query.trace;

import com.google.protobuf.ByteString;
import dev.sightline.base.error.ErrorCode;
import dev.sightline.base.error.ServiceException;
import dev.sightline.query.auth.ProjectScope;
import dev.sightline.query.auth.RestCaller;
import dev.sightline.query.filter.Filter;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;

/**
 * Follows new traces by server-sent events named {@code trace}, whose data is what the list shows of a trace; one that
 * changes is told again. Each client has a virtual thread that asks ClickHouse once in an interval and waits until the
 * client has taken what was sent before it asks again, so a slow client hears of fewer steps and never of old ones.
 * Clients are bounded, and so is what a round tells.
 */
@Path("/api/v1/traces/live")
@Singleton
public class LiveTraceResource {
    private static final Logger LOG = Logger.getLogger(LiveTraceResource.class);
    /** Between the edge and ClickHouse: a row that arrived this long ago may only now be there. */
    private static final Duration ON_THE_WAY = Duration.ofSeconds(60);
    /** Older traces are not new, whatever still arrives of them. */
    private static final Duration STARTED_AGO_MAX = Duration.ofHours(6);
    private static final Duration TAKEN_WITHIN = Duration.ofSeconds(30);
    private static final int TOLD_MAX = 2_000;

    private final RestCaller caller;
    private final TraceQueries traces;
    private final TraceConfig config;
    private final Semaphore clients;
    private final CountDownLatch stopping = new CountDownLatch(1);

    LiveTraceResource(RestCaller caller, TraceQueries traces, TraceConfig config) {
        this.caller = caller;
        this.traces = traces;
        this.config = config;
        this.clients = new Semaphore(config.liveClientsMax());
    }

    void stop(@Observes ShutdownEvent event) {
        stopping.countDown();
    }

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @RunOnVirtualThread
    @Tag(name = "Traces")
    @Operation(summary = "Follow new traces by server-sent events",
            description = "Events named `trace`, data as in the list of traces; a trace that changes comes again.")
    @APIResponse(responseCode = "200", description = "Events until the client leaves", content = @Content(
            mediaType = MediaType.SERVER_SENT_EVENTS, schema = @Schema(implementation = TraceJson.TraceSummary.class)))
    @APIResponse(responseCode = "400", description = "A parameter is wrong; `field` names it")
    @APIResponse(responseCode = "401", description = "No or wrong credentials")
    @APIResponse(responseCode = "503", description = "Too many clients follow already")
    public void follow(@Parameter(description = "The filter language of docs/query-language.md")
            @QueryParam("query") String query, @Context Sse sse, @Context SseEventSink sink) {
        ProjectScope scope = caller.project();
        Filter filter = Filter.parse(query);
        if (!clients.tryAcquire()) {
            throw ServiceException.of(ErrorCode.OVERLOADED, "too many clients follow new traces; try again");
        }
        try (sink) {
            follow(scope, filter, sse, sink);
        } catch (CompletionException e) {
            LOG.debug("a client of the live tail left", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            clients.release();
        }
    }

    private void follow(ProjectScope scope, Filter filter, Sse sse, SseEventSink sink) throws InterruptedException {
        Instant since = Instant.now();
        Map<ByteString, TraceJson.TraceSummary> told = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<ByteString, TraceJson.TraceSummary> eldest) {
                return size() > TOLD_MAX;
            }
        };
        send(sink, sse.newEventBuilder().comment("following").build());
        long heard = System.nanoTime();
        while (!sink.isClosed() && !stopping.await(config.liveInterval().toMillis(), TimeUnit.MILLISECONDS)) {
            Instant now = Instant.now();
            Instant received = since.isAfter(now.minus(ON_THE_WAY)) ? since : now.minus(ON_THE_WAY);
            for (TraceJson.TraceSummary trace : news(scope, filter, received, now, told)) {
                send(sink, sse.newEventBuilder().name("trace").id(trace.traceId())
                        .mediaType(MediaType.APPLICATION_JSON_TYPE).data(TraceJson.TraceSummary.class, trace).build());
                heard = System.nanoTime();
            }
            if (System.nanoTime() - heard > config.liveHeartbeat().toNanos()) {
                send(sink, sse.newEventBuilder().comment("alive").build());
                heard = System.nanoTime();
            }
        }
    }

    /** Oldest first. A round that fails is one without news. */
    private List<TraceJson.TraceSummary> news(ProjectScope scope, Filter filter, Instant received, Instant now,
            Map<ByteString, TraceJson.TraceSummary> told) {
        try {
            List<TraceQueries.Found> found = traces.arrived(scope, filter, received, now.minus(STARTED_AGO_MAX),
                    config.liveTracesMax());
            if (found.isEmpty()) {
                return List.of();
            }
            var summaries = traces.summarize(scope, traces.locate(scope, found));
            return found.reversed().stream().map(TraceQueries.Found::traceId).filter(summaries::containsKey)
                    .map(id -> Map.entry(id, TraceJson.TraceSummary.of(summaries.get(id).build())))
                    .filter(entry -> !entry.getValue().equals(told.put(entry.getKey(), entry.getValue())))
                    .map(Map.Entry::getValue).toList();
        } catch (ServiceException e) {
            LOG.debugf("a round of the live tail failed: %s", e.getMessage());
            return List.of();
        }
    }

    private static void send(SseEventSink sink, OutboundSseEvent event) {
        if (!sink.isClosed()) {
            sink.send(event).toCompletableFuture().orTimeout(TAKEN_WITHIN.toSeconds(), TimeUnit.SECONDS).join();
        }
    }
}
