package dev.sightline.query.metrics;

import static dev.sightline.query.TraceFixture.step;
import static dev.sightline.query.TraceFixture.traceId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sightline.base.auth.ServiceToken;
import dev.sightline.proto.query.v1.MetricsGrpc;
import dev.sightline.proto.query.v1.MetricsMeasure;
import dev.sightline.proto.query.v1.MetricsTop;
import dev.sightline.proto.query.v1.QueryMetricsRequest;
import dev.sightline.proto.query.v1.QueryMetricsResponse;
import dev.sightline.query.Engines;
import dev.sightline.query.GrpcClient;
import dev.sightline.query.TraceFixture;
import io.grpc.CallCredentials;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(Engines.class)
class MetricsServiceTest {
    private static final CallCredentials KEY = GrpcClient.basic(Engines.PUBLIC_KEY, Engines.SECRET_KEY);
    private static final Instant DAY = Instant.parse("2022-10-01T00:00:00Z");

    @Inject
    ServiceToken token;

    private TraceFixture traces;
    private GrpcClient grpc;

    @BeforeEach
    void connect() {
        traces = new TraceFixture();
        grpc = new GrpcClient();
    }

    @AfterEach
    void close() {
        traces.close();
        grpc.close();
    }

    private QueryMetricsResponse ask(CallCredentials credentials, QueryMetricsRequest.Builder request) {
        return MetricsGrpc.newBlockingStub(grpc.channel()).withCallCredentials(credentials).query(request.build());
    }

    private static QueryMetricsRequest.Builder day() {
        return QueryMetricsRequest.newBuilder().setFromUnixNano(DAY.getEpochSecond() * 1_000_000_000L)
                .setToUnixNano(DAY.plus(Duration.ofDays(2)).getEpochSecond() * 1_000_000_000L);
    }

    @Test
    void theSameRequestAsOverRest() {
        traces.store("dev", step(traceId(), 1, 0, "a", DAY.plusSeconds(60), Duration.ofSeconds(1)).setUserId("ann"),
                step(traceId(), 1, 0, "b", DAY.plusSeconds(61), Duration.ofSeconds(1)).setUserId("ann"),
                step(traceId(), 1, 0, "b", DAY.plusSeconds(90_000), Duration.ofSeconds(1)).setUserId("bob"));
        traces.store("other", step(traceId(), 1, 0, "c", DAY.plusSeconds(60), Duration.ofSeconds(1)));
        QueryMetricsRequest.Builder request = day().addMeasures(MetricsMeasure.newBuilder().setMeasure("count"))
                .addMeasures(MetricsMeasure.newBuilder().setMeasure("latency").setAggregation("p95")).setQuery("name:(a,b)")
                .addDimensions("user").setGranularity("day").setTop(MetricsTop.newBuilder().setN(1).setOthers(true))
                .setComparePreviousPeriod(true);

        QueryMetricsResponse answer = ask(KEY, request);

        assertThat(ask(token.credentials(), request.setProjectId("dev"))).isEqualTo(answer);
        assertThat(answer.getColumnsList()).extracting(column -> column.getName() + " " + column.getUnit())
                .containsExactly("count observations", "p95_latency ms");
        assertThat(answer.getRowsList()).hasSize(4).filteredOn(row -> !row.getOthers()).hasSize(2).first()
                .satisfies(row -> {
                    assertThat(row.getDimensions(0)).isEqualTo("ann");
                    assertThat(row.getTimeUnixNano()).isEqualTo(DAY.getEpochSecond() * 1_000_000_000L);
                    assertThat(row.getValues(0).getNumber()).isEqualTo(2);
                    assertThat(row.getPrevious(0).getNumber()).isZero();
                    assertThat(row.getPrevious(1).hasNumber()).isFalse();
                });
    }

    @Test
    void aWrongRequestNamesItsField() {
        assertThatThrownBy(() -> ask(KEY, day().addMeasures(MetricsMeasure.newBuilder().setMeasure("speed"))))
                .isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
                    assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
                    assertThat(e.getStatus().getDescription()).startsWith("measures[0].measure: ");
                });
        assertThatThrownBy(() -> ask(KEY, day().setProjectId("other"))).isInstanceOfSatisfying(
                StatusRuntimeException.class, e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND));
        assertThatThrownBy(() -> ask(GrpcClient.authorization("Basic eDp5"), day())).isInstanceOfSatisfying(
                StatusRuntimeException.class,
                e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED));
    }
}
