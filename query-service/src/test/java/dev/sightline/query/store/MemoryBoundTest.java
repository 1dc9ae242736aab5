package dev.sightline.query.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.sightline.proto.query.v1.ListTracesRequest;
import dev.sightline.proto.query.v1.TracesGrpc;
import dev.sightline.query.Api;
import dev.sightline.query.ControlFixture;
import dev.sightline.query.Engines;
import dev.sightline.query.GrpcClient;
import dev.sightline.query.TraceFixture;
import io.agroal.api.AgroalDataSource;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A query that needs more of ClickHouse's memory than one may have is ended and says how to ask for less. */
@QuarkusTest
@WithTestResource(Engines.class)
@TestProfile(MemoryBoundTest.LittleMemory.class)
class MemoryBoundTest {
    private static final String FROM = "2023-05-01T00:00:00Z";
    private static final String TO = "2023-05-01T12:00:00Z";

    public static class LittleMemory implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("SIGHTLINE_CLICKHOUSE_QUERY_MEMORY_BYTES", "30000000");
        }
    }

    @Inject
    AgroalDataSource postgres;

    @BeforeEach
    void manyTracesOfManyUsers() {
        ControlFixture.create(postgres);
        try (TraceFixture fixture = new TraceFixture()) {
            fixture.execute("INSERT INTO observations (project_id, trace_id, span_id, name, type, level, start_time,"
                    + " user_id, sign) SELECT 'dev', MD5(toString(number)), unhex(leftPad(hex(number + 1), 16, '0')),"
                    + " 'step', 'span', 2, toDateTime64('2023-05-01 10:00:00', 9, 'UTC') + toIntervalMillisecond(number * 7),"
                    + " concat('one of very many users, number ', toString(number)), 1 FROM numbers(500000)");
        }
    }

    @Test
    void itSaysHowToAskForLessAndTheServiceLivesOn() {
        Api.dev().queryParam("from", FROM).queryParam("to", TO).get("/api/v1/traces").then().statusCode(400)
                .contentType("application/problem+json").body("field", equalTo("from"))
                .body("detail", containsString("shorter span of time"));
        Api.dev().contentType(ContentType.JSON).body("{\"from\": \"" + FROM + "\", \"to\": \"" + TO + "\","
                + " \"source\": \"raw\", \"dimensions\": [\"user\"], \"measures\": [{\"measure\": \"count\"}]}")
                .post("/api/v1/metrics").then().statusCode(400).body("detail", containsString("memory"));
        try (GrpcClient grpc = new GrpcClient()) {
            assertThatThrownBy(() -> TracesGrpc.newBlockingStub(grpc.channel())
                    .withCallCredentials(GrpcClient.basic(Engines.PUBLIC_KEY, Engines.SECRET_KEY))
                    .listTraces(ListTracesRequest.newBuilder().setFromUnixNano(1_682_899_200_000_000_000L)
                            .setToUnixNano(1_682_942_400_000_000_000L).build()))
                    .isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
                        assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
                        assertThat(e.getStatus().getDescription()).contains("shorter span of time");
                    });
        }
        Api.dev().queryParam("from", "2023-01-01T00:00:00Z").queryParam("to", "2023-01-02T00:00:00Z")
                .get("/api/v1/traces").then().statusCode(200);
    }
}
