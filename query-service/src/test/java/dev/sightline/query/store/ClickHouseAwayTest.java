package dev.sightline.query.store;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import dev.sightline.proto.query.v1.ListTracesRequest;
import dev.sightline.proto.query.v1.TracesGrpc;
import dev.sightline.query.Api;
import dev.sightline.query.Engines;
import dev.sightline.query.GrpcClient;
import io.agroal.api.AgroalDataSource;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(Engines.class)
@TestProfile(ClickHouseAwayTest.NobodyListens.class)
class ClickHouseAwayTest {
    /** Port 9 is discard's: nothing answers there. */
    public static class NobodyListens implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("quarkus.datasource.clickhouse.jdbc.url", "jdbc:clickhouse:http://127.0.0.1:9/sightline",
                    "quarkus.datasource.clickhouse.jdbc.max-size", "1",
                    "quarkus.datasource.clickhouse.jdbc.acquisition-timeout", "PT0.5S");
        }
    }

    @Inject
    @DataSource("clickhouse")
    AgroalDataSource pool;

    @Test
    void whoFindsEveryConnectionTakenIsToldToTryAgain() throws SQLException {
        try (Connection taken = pool.getConnection()) {
            assertThat(taken.isClosed()).isFalse();
            Api.dev().get("/api/v1/traces").then().statusCode(503)
                    .body("type", equalTo("urn:sightline:problem:overloaded"));
        }
    }

    @Test
    void theServiceRunsIsNotReadyAndSaysWhoIsAway() {
        given().get("/q/health/live").then().statusCode(200);
        given().get("/q/health/ready").then().statusCode(503);
        Api.dev().get("/api/public/projects").then().statusCode(200);
        Api.dev().get("/api/v1/traces").then().statusCode(503).contentType("application/problem+json")
                .body("type", equalTo("urn:sightline:problem:dependency-unavailable"));
        Api.dev().get("/api/public/traces").then().statusCode(503).contentType("application/json")
                .body("message", notNullValue()).body("error", notNullValue());
        try (GrpcClient grpc = new GrpcClient()) {
            assertThatThrownBy(() -> TracesGrpc.newBlockingStub(grpc.channel())
                    .withCallCredentials(GrpcClient.basic(Engines.PUBLIC_KEY, Engines.SECRET_KEY))
                    .listTraces(ListTracesRequest.getDefaultInstance()))
                    .isInstanceOfSatisfying(StatusRuntimeException.class, e ->
                            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
        }
    }
}
