package dev.sightline.query.langfuse;

import static dev.sightline.query.TraceFixture.score;
import static dev.sightline.query.TraceFixture.step;
import static dev.sightline.query.TraceFixture.traceId;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import com.google.protobuf.ByteString;
import dev.sightline.base.id.ExternalIds;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.query.Api;
import dev.sightline.query.ControlFixture;
import dev.sightline.query.Engines;
import dev.sightline.query.TraceFixture;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What was written through Langfuse's API comes back under the ids that its sender gave, trace record and all. */
@QuarkusTest
@WithTestResource(Engines.class)
class LangfuseIdsTest {
    private static final Instant START = Instant.parse("2025-05-01T10:00:00Z");

    @Inject
    AgroalDataSource postgres;

    private TraceFixture traces;

    @BeforeEach
    void connect() {
        traces = new TraceFixture();
        ControlFixture.create(postgres);
    }

    @AfterEach
    void close() {
        traces.close();
    }

    private static Observation.Builder named(String trace, String id, String parent, String name, Instant start) {
        ByteString traceId = ExternalIds.traceId(trace);
        ByteString spanId = ExternalIds.observationId(id);
        ByteString parentId = parent == null ? ExternalIds.traceRecordSpanId(traceId) : ExternalIds.observationId(parent);
        return step(HexFormat.of().formatHex(traceId.toByteArray()), 1, 0, name, start, Duration.ofSeconds(1))
                .setSpanId(spanId).setParentSpanId(parentId).setExternalTraceId(ExternalIds.external(trace, traceId))
                .setExternalId(ExternalIds.external(id, spanId))
                .setExternalParentId(parent == null ? "" : ExternalIds.external(parent, parentId));
    }

    private static Observation.Builder record(String trace, String name, Instant start) {
        return named(trace, "none", null, name, start).setTraceRecord(true).clearParentSpanId().clearExternalId()
                .setSpanId(ExternalIds.traceRecordSpanId(ExternalIds.traceId(trace)));
    }

    private String store() {
        String trace = "Bestellung #" + traceId();
        // A step that began before its trace: clients have more than one clock.
        traces.store("dev", named(trace, "Schritt " + trace, null, "first", START.minusSeconds(1)),
                record(trace, "order", START).setInput("{\"q\":1}").setOutput("done").setUserId(trace)
                        .putMetadata("tenant.id", "42"),
                named(trace, "b7ad6b7169203331", "Schritt " + trace, "second", START.plusSeconds(1)).setEndUnixNano(0));
        ByteString traceId = ExternalIds.traceId(trace);
        traces.store("dev", score(HexFormat.of().formatHex(traceId.toByteArray()), "liked", 1).setId("score " + trace)
                .setExternalTraceId(trace).setExternalObservationId("Schritt " + trace)
                .setSpanId(ExternalIds.observationId("Schritt " + trace)));
        return trace;
    }

    @Test
    void aTraceComesBackUnderItsOwnIdsAndItsRecordIsNoObservation() {
        String trace = store();

        Api.dev().pathParam("id", trace).get("/api/public/traces/{id}").then().statusCode(200)
                .body("id", equalTo(trace)).body("name", equalTo("order")).body("input.q", equalTo(1))
                .body("output", equalTo("done")).body("metadata.tenant.id", equalTo(42))
                .body("timestamp", equalTo("2025-05-01T10:00:00.000Z"))
                .body("observations.name", contains("first", "second"))
                .body("observations.id", contains("Schritt " + trace, "b7ad6b7169203331"))
                .body("observations.traceId", contains(trace, trace))
                .body("observations.parentObservationId", contains(nullValue(), equalTo("Schritt " + trace)))
                .body("observations[1].endTime", nullValue()).body("observations[1].latency", nullValue())
                .body("scores[0].traceId", equalTo(trace)).body("scores[0].observationId", equalTo("Schritt " + trace));
        Api.dev().queryParam("userId", trace).get("/api/public/traces").then().statusCode(200)
                .body("data", hasSize(1)).body("data[0].id", equalTo(trace))
                .body("data[0].timestamp", equalTo("2025-05-01T10:00:00.000Z"))
                .body("data[0].input.q", equalTo(1))
                .body("data[0].observations", containsInAnyOrder("Schritt " + trace, "b7ad6b7169203331"))
                .body("data[0].scores", contains("score " + trace));
    }

    @Test
    void aTraceOfNothingButItsRecordHasNoObservations() {
        String trace = "alone " + traceId();
        traces.store("dev", record(trace, "alone", START));

        Api.dev().pathParam("id", trace).get("/api/public/traces/{id}").then().statusCode(200)
                .body("id", equalTo(trace)).body("observations", empty());
    }

    @Test
    void aUuidAndItsDigitsAreOneTrace() {
        String hex = traceId();
        traces.store("dev", step(hex, 1, 0, "by hex", START, Duration.ofSeconds(1)));
        String uuid = hex.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");

        Api.dev().get("/api/public/traces/" + uuid).then().statusCode(200).body("id", equalTo(hex));
    }

    @Test
    void observationsAndScoresAreFoundByTheirIds() {
        String trace = store();

        Api.dev().pathParam("id", "Schritt " + trace).get("/api/public/observations/{id}").then().statusCode(200)
                .body("id", equalTo("Schritt " + trace)).body("traceId", equalTo(trace)).body("name", equalTo("first"));
        Api.dev().pathParam("id", "score " + trace).get("/api/public/scores/{id}").then().statusCode(200)
                .body("id", equalTo("score " + trace)).body("name", equalTo("liked")).body("value", equalTo(1.0f))
                .body("traceId", equalTo(trace));
        for (String path : new String[] {"observations", "scores", "traces"}) {
            Api.dev().get("/api/public/" + path + "/no-such-id").then().statusCode(404)
                    .body("message", equalTo((path.substring(0, 1).toUpperCase() + path.substring(1, path.length() - 1))
                            + " no-such-id not found within authorized project"));
            Api.other().pathParam("id", (path.equals("scores") ? "score " : path.equals("traces") ? "" : "Schritt ") + trace)
                    .get("/api/public/" + path + "/{id}").then().statusCode(404);
        }
    }
}
