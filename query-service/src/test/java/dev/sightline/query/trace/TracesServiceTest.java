package dev.sightline.query.trace;

import static dev.sightline.query.TraceFixture.bytes;
import static dev.sightline.query.TraceFixture.score;
import static dev.sightline.query.TraceFixture.step;
import static dev.sightline.query.TraceFixture.traceId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.sightline.base.auth.ServiceToken;
import dev.sightline.proto.observation.v1.Level;
import dev.sightline.proto.observation.v1.Observation;
import dev.sightline.proto.query.v1.GetTraceRequest;
import dev.sightline.proto.query.v1.GetTraceResponse;
import dev.sightline.proto.query.v1.ListObservationsRequest;
import dev.sightline.proto.query.v1.ListTracesRequest;
import dev.sightline.proto.query.v1.ListTracesResponse;
import dev.sightline.proto.query.v1.TraceSummary;
import dev.sightline.proto.query.v1.TracesGrpc;
import dev.sightline.query.ControlFixture;
import dev.sightline.query.Engines;
import dev.sightline.query.FullObservation;
import dev.sightline.query.GrpcClient;
import dev.sightline.query.TraceFixture;
import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse;
import io.agroal.api.AgroalDataSource;
import io.grpc.CallCredentials;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(Engines.class)
class TracesServiceTest {
    private static final Instant DAY = Instant.parse("2025-03-01T10:00:00Z");
    private static final long DAY_UNIX_NANO = DAY.getEpochSecond() * 1_000_000_000L;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final CallCredentials DEV_KEY = GrpcClient.basic(Engines.PUBLIC_KEY, Engines.SECRET_KEY);

    @Inject
    AgroalDataSource postgres;
    @Inject
    ServiceToken token;

    private TraceFixture traces;
    private GrpcClient grpc;

    @BeforeEach
    void connect() {
        traces = new TraceFixture();
        grpc = new GrpcClient();
        ControlFixture.create(postgres);
    }

    @AfterEach
    void close() {
        traces.close();
        grpc.close();
    }

    @Test
    void aTraceComesBackFieldByField() {
        String id = traceId();
        Observation observation = FullObservation.of(id).build();
        traces.store("dev", observation.toBuilder());
        traces.store("dev", FullObservation.score(id));

        GetTraceResponse answer = get(token.credentials(), "dev", bytes(id));

        assertThat(answer.getObservationsList()).containsExactly(observation);
        assertThat(answer.getScoresList()).containsExactly(FullObservation.score(id).build());
        assertThat(answer.getTruncated()).isFalse();
    }

    @Test
    void aKeyNeedsNoProjectAndNamesNoOther() {
        String id = traceId();
        traces.store("dev", step(id, 1, 0, "ours", DAY, SECOND));

        assertThat(get(DEV_KEY, "", bytes(id)).getObservationsCount()).isEqualTo(1);
        assertThat(get(DEV_KEY, "dev", bytes(id)).getObservationsCount()).isEqualTo(1);
        assertStatus(() -> get(DEV_KEY, "other", bytes(id)), Status.Code.NOT_FOUND, "project_id");
    }

    @Test
    void oneProjectNeverSeesAnothersTrace() {
        String id = traceId();
        traces.store("other", step(id, 1, 0, "theirs", DAY, SECOND));
        traces.store("other", score(id, "theirs", 1));

        assertStatus(() -> get(DEV_KEY, "", bytes(id)), Status.Code.NOT_FOUND, "trace_id");
        assertStatus(() -> get(token.credentials(), "dev", bytes(id)), Status.Code.NOT_FOUND, "trace_id");
        assertThat(get(GrpcClient.basic(ControlFixture.OTHER_PUBLIC_KEY, ControlFixture.OTHER_SECRET_KEY), "",
                bytes(id)).getScoresCount()).isEqualTo(1);
    }

    @Test
    void whatIsStoredOnceComesBackByteForByteInEachTurn() {
        String id = traceId();
        List<Observation> turns = turns(id, 25, 50);
        traces.store("dev", turns.stream());

        GetTraceResponse answer = get(token.credentials(), "dev", bytes(id));

        assertThat(answer.getTruncated()).isFalse();
        assertThat(answer.getObservationsList()).isEqualTo(turns);
    }

    @Test
    void theBoundCountsWhatIsReadNotWhatIsStored() {
        String id = traceId();
        // The bound of the tests is 200,000 bytes; input and output of the turns have 10, 20, 30 thousand and so on.
        List<Observation> turns = turns(id, 20, 5_000);
        traces.store("dev", turns.stream());

        GetTraceResponse answer = get(token.credentials(), "dev", bytes(id));

        assertThat(answer.getTruncated()).isTrue();
        assertThat(answer.getObservationsList()).hasSize(5).isEqualTo(
                turns.subList(0, 5));
    }

    @Test
    void aMessageOfAnotherProjectIsNeverPutIn() {
        String id = traceId();
        List<Observation> turns = turns(id, 1, 100);
        traces.store("dev", turns.stream());
        traces.store("other", turns.stream());
        traces.execute("ALTER TABLE messages DELETE WHERE project_id = 'dev' AND trace_id = unhex('" + id
                + "') SETTINGS mutations_sync = 2");

        assertThat(get(DEV_KEY, "", bytes(id)).getObservations(0).getInput())
                .isEqualTo("[ \"[message no longer stored]\" ]");
        assertThat(get(token.credentials(), "other", bytes(id)).getObservationsList()).isEqualTo(turns);
    }

    /** Each turn says again what the turns before it said. */
    private static List<Observation> turns(String traceId, int count, int messageChars) {
        List<Observation> turns = new ArrayList<>();
        StringBuilder said = new StringBuilder("[ ");
        for (int turn = 1; turn <= count; turn++) {
            said.append(turn > 1 ? " ,\n" : "").append("{\"role\" : \"user\", \"content\":\"").append(turn)
                    .append(" \\u00e9\\\" 漢 😀 ").append("x".repeat(messageChars)).append("\"}");
            turns.add(step(traceId, turn, 0, "turn " + turn, DAY.plusMillis(turn), SECOND)
                    .setInput(said + " ]").setOutput("{\"messages\":[" + said.substring(2) + "]}")
                    .setToolDefinitions("[{\"name\":\"search\",\"description\":\"" + "y".repeat(80) + "\"}]").build());
        }
        return turns;
    }

    @Test
    void whoIsNobodyGetsNothing() {
        String id = traceId();
        assertStatus(() -> get(null, "dev", bytes(id)), Status.Code.UNAUTHENTICATED, "authorization");
        assertStatus(() -> get(GrpcClient.basic(Engines.PUBLIC_KEY, "wrong"), "dev", bytes(id)),
                Status.Code.UNAUTHENTICATED, "secret");
        assertStatus(() -> get(GrpcClient.authorization("Bearer " + Engines.SERVICE_TOKEN.substring(1)), "dev",
                bytes(id)), Status.Code.UNAUTHENTICATED, "unknown");
        assertStatus(() -> get(GrpcClient.authorization("Bearer " + Engines.PUBLIC_KEY), "dev", bytes(id)),
                Status.Code.PERMISSION_DENIED, "secret");
    }

    @Test
    void aWrongRequestNamesItsField() {
        assertStatus(() -> get(token.credentials(), "", bytes(traceId())), Status.Code.INVALID_ARGUMENT, "project_id");
        assertStatus(() -> get(DEV_KEY, "", ByteString.copyFromUtf8("short")), Status.Code.INVALID_ARGUMENT,
                "trace_id");
        assertStatus(() -> list(DEV_KEY, ListTracesRequest.newBuilder().setLimit(201)),
                Status.Code.INVALID_ARGUMENT, "limit");
        assertStatus(() -> list(DEV_KEY, ListTracesRequest.newBuilder().setCursor("abc")),
                Status.Code.INVALID_ARGUMENT, "cursor");
        assertStatus(() -> list(DEV_KEY, ListTracesRequest.newBuilder().setFromUnixNano(-1)),
                Status.Code.INVALID_ARGUMENT, "from_unix_nano");
        assertStatus(() -> list(DEV_KEY, ListTracesRequest.newBuilder().addLevelsValue(99)),
                Status.Code.INVALID_ARGUMENT, "levels");
    }

    @Test
    void listsArePagedNewestFirst() {
        String older = traceId();
        String newer = traceId();
        traces.store("dev", step(older, 1, 0, "grpc older", DAY, SECOND).setLevel(Level.ERROR).setUserId("u"),
                step(newer, 1, 0, "grpc newer", DAY.plusSeconds(1), SECOND).setTotalCostPicoUsd(7));
        traces.store("other", step(traceId(), 1, 0, "grpc theirs", DAY, SECOND));
        ListTracesRequest.Builder request = ListTracesRequest.newBuilder().setFromUnixNano(DAY_UNIX_NANO)
                .setToUnixNano(DAY_UNIX_NANO + 60_000_000_000L).setSearch("grpc").setLimit(1);

        ListTracesResponse first = list(DEV_KEY, request);
        ListTracesResponse second = list(token.credentials(), request.setProjectId("dev")
                .setCursor(first.getNextCursor()));

        TraceSummary summary = first.getTracesList().getFirst();
        assertThat(summary.getTraceId()).isEqualTo(bytes(newer));
        assertThat(summary.getTotalCostPicoUsd()).isEqualTo(7);
        assertThat(second.getTracesList()).extracting(TraceSummary::getTraceId).containsExactly(bytes(older));
        assertThat(second.getTracesList().getFirst().getLevel()).isEqualTo(Level.ERROR);
        assertThat(second.getTracesList().getFirst().getUserId()).isEqualTo("u");
        assertThat(second.getNextCursor()).isEmpty();
    }

    @Test
    void whetherTracesFitAFilterIsAskedByTheirIds() {
        String fits = traceId();
        String other = traceId();
        traces.store("dev", step(fits, 1, 0, "by id", DAY.minusSeconds(900_000), SECOND).setModel("gpt-grpc"),
                step(other, 1, 0, "by id", DAY, SECOND).setModel("other"));

        ListTracesResponse answer = list(token.credentials(), ListTracesRequest.newBuilder().setProjectId("dev")
                .setQuery("model:gpt-grpc").addTraceIds(bytes(fits)).addTraceIds(bytes(other))
                .addTraceIds(bytes(traceId())));

        assertThat(answer.getTracesList()).extracting(TraceSummary::getTraceId).containsExactly(bytes(fits));
        assertThat(list(DEV_KEY, ListTracesRequest.newBuilder().addTraceIds(bytes(traceId()))).getTracesList()).isEmpty();
        assertStatus(() -> list(DEV_KEY, ListTracesRequest.newBuilder().setQuery("modle:x")),
                Status.Code.INVALID_ARGUMENT, "query: has no field 'modle'; did you mean 'model'?");
        assertStatus(() -> list(DEV_KEY, ListTracesRequest.newBuilder().addTraceIds(ByteString.copyFromUtf8("x"))),
                Status.Code.INVALID_ARGUMENT, "trace_ids");
    }

    @Test
    void observationsAreStreamedWithAndWithoutContent() {
        String id = traceId();
        Instant day = Instant.parse("2025-03-05T10:00:00Z");
        traces.store("dev", IntStream.rangeClosed(1, 450).mapToObj(i ->
                step(id, i, 0, "streamed", day.plusMillis(i), SECOND).setInput("[{\"role\":\"user\",\"content\":\""
                        + "x".repeat(100) + i % 10 + "\"}]").build()));
        traces.store("other", step(traceId(), 1, 0, "streamed", day, SECOND));
        ListObservationsRequest.Builder request = ListObservationsRequest.newBuilder().setQuery("name:streamed")
                .setFromUnixNano(day.getEpochSecond() * 1_000_000_000L);

        List<Observation> plain = observations(DEV_KEY, request);
        List<Observation> whole = observations(DEV_KEY, request.setContent(true).setLimit(30));

        assertThat(plain).hasSize(450).allMatch(o -> o.getInput().isEmpty());
        assertThat(plain.getFirst().getSpanId()).isEqualTo(bytes(TraceFixture.spanId(450)));
        assertThat(whole).hasSize(30).allMatch(o -> o.getInput().contains("xxx"));
        assertStatus(() -> observations(DEV_KEY, ListObservationsRequest.newBuilder().setQuery("(")),
                Status.Code.INVALID_ARGUMENT, "query");
        assertStatus(() -> observations(null, ListObservationsRequest.newBuilder()), Status.Code.UNAUTHENTICATED,
                "authorization");
    }

    @Test
    void healthIsServedToo() {
        assertThat(HealthGrpc.newBlockingStub(grpc.channel()).check(
                HealthCheckRequest.getDefaultInstance()).getStatus())
                .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
    }

    private List<Observation> observations(CallCredentials credentials, ListObservationsRequest.Builder request) {
        List<Observation> all = new ArrayList<>();
        TracesGrpc.newBlockingStub(grpc.channel()).withCallCredentials(credentials).listObservations(request.build())
                .forEachRemaining(all::add);
        return all;
    }

    private GetTraceResponse get(CallCredentials credentials, String projectId, ByteString traceId) {
        return TracesGrpc.newBlockingStub(grpc.channel()).withCallCredentials(credentials).getTrace(
                GetTraceRequest.newBuilder().setProjectId(projectId).setTraceId(traceId).build());
    }

    private ListTracesResponse list(CallCredentials credentials, ListTracesRequest.Builder request) {
        return TracesGrpc.newBlockingStub(grpc.channel()).withCallCredentials(credentials).listTraces(request.build());
    }

    private static void assertStatus(ThrowableAssert.ThrowingCallable call, Status.Code code, String named) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(code);
            assertThat(e.getStatus().getDescription()).contains(named);
        });
    }
}
