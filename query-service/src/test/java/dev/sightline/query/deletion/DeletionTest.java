package dev.sightline.query.deletion;

import static dev.sightline.query.TraceFixture.score;
import static dev.sightline.query.TraceFixture.step;
import static dev.sightline.query.TraceFixture.traceId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;

import com.google.protobuf.ByteString;
import dev.sightline.proto.score.v1.Score;
import dev.sightline.proto.score.v1.ScoreDeletion;
import dev.sightline.proto.score.v1.ScoreSource;
import dev.sightline.query.Api;
import dev.sightline.query.ControlFixture;
import dev.sightline.query.Engines;
import dev.sightline.query.TraceFixture;
import dev.sightline.query.auth.OrderedWork;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is ordered and which traces are found; that they go is shown on the whole stack, by acceptance-tests. */
@QuarkusTest
@WithTestResource(Engines.class)
class DeletionTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Inject
    AgroalDataSource postgres;
    @Inject
    SelectedTraces selected;
    @Inject
    LateScores lateScores;

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

    @Test
    void tracesAreFoundByIdUserAndQueryAndPageByPage() {
        Instant day = Instant.parse("2025-07-01T10:00:00Z");
        String first = traceId();
        String second = traceId();
        String scored = traceId();
        traces.store("dev", step(first, 1, 0, "del first", day, SECOND), step(first, 2, 1, "del child", day, SECOND)
                        .setUserId("del-user"),
                step(second, 1, 0, "del second", day.plusSeconds(60), SECOND).setUserId("del-user"));
        traces.store("dev", score(scored, "alone", 1));
        traces.store("other", step(first, 9, 0, "del theirs", day, SECOND).setUserId("del-user"));

        assertThat(page(Selection.ofTraces(List.of(first, scored, traceId())), "", 10))
                .isEqualTo(Map.of(bytes(first), 2L, bytes(scored), 0L));
        Selection ofUser = new Selection(null, "del-user", null, null, null);
        assertThat(page(ofUser, "", 10)).isEqualTo(Map.of(bytes(first), 2L, bytes(second), 1L));
        String smaller = first.compareTo(second) < 0 ? first : second;
        String larger = smaller.equals(first) ? second : first;
        assertThat(page(ofUser, "", 1)).containsOnlyKeys(bytes(smaller));
        assertThat(page(ofUser, smaller, 1)).containsOnlyKeys(bytes(larger));
        assertThat(page(ofUser, larger, 1)).isEmpty();
        assertThat(page(new Selection(null, null, "user:del-user", null, day.plusSeconds(1)), "", 10))
                .containsOnlyKeys(bytes(first));
        assertThat(page(new Selection(null, null, "user:del-user", day.plusSeconds(1), null), "", 10))
                .containsOnlyKeys(bytes(second));
    }

    @Test
    void scoresThatCameBehindTheDeletionAreFoundAndThoseOfANewTraceAreNot() {
        Instant ordered = Instant.parse("2025-07-02T10:00:00Z");
        Instant until = ordered.plusSeconds(600);
        String gone = traceId();
        String sentAgain = traceId();
        traces.store("dev", step(sentAgain, 1, 0, "again", ordered.plusSeconds(60), SECOND));
        Score.Builder feedback = changed(gone, ScoreSource.FEEDBACK, ordered.plusSeconds(30));
        Score.Builder evaluation = changed(gone, ScoreSource.EVALUATOR, ordered.minusSeconds(30));
        Score.Builder evaluationOfTheOld = changed(sentAgain, ScoreSource.EVALUATOR, ordered.minusSeconds(30));
        traces.store("dev", feedback, evaluation, evaluationOfTheOld,
                changed(gone, ScoreSource.API, until.plusSeconds(1)),
                changed(sentAgain, ScoreSource.API, ordered.minusSeconds(30)),
                changed(sentAgain, ScoreSource.EVALUATOR, ordered.plusSeconds(90)),
                changed(traceId(), ScoreSource.API, ordered.plusSeconds(30)));
        traces.store("other", changed(gone, ScoreSource.API, ordered.plusSeconds(30)));

        assertThat(lateScores.of(OrderedWork.scope("dev"), List.of(bytes(gone), bytes(sentAgain), bytes(traceId())),
                ordered, until)).containsExactlyInAnyOrder(deletion(feedback), deletion(evaluation),
                deletion(evaluationOfTheOld));
        assertThat(lateScores.of(OrderedWork.scope("dev"), List.of(bytes(traceId())), ordered, until)).isEmpty();
    }

    private static Score.Builder changed(String traceId, ScoreSource source, Instant at) {
        return score(traceId, "late", 1).setSource(source).setUpdatedAtUnixNano(at.getEpochSecond() * 1_000_000_000L);
    }

    private static ScoreDeletion deletion(Score.Builder score) {
        return ScoreDeletion.newBuilder().setId(score.getId()).setTimeUnixNano(score.getUpdatedAtUnixNano()).build();
    }

    @Test
    void aDeletionIsAnsweredAtOnceAndToldAbout() {
        String id = Api.dev().contentType("application/json").body("{\"trace_ids\": [\"" + traceId() + "\"]}")
                .post("/api/v1/deletions").then().statusCode(202).body("state", equalTo("running"))
                .body("traces", equalTo(0)).extract().path("id");

        Api.dev().get("/api/v1/deletions/" + id).then().statusCode(200).body("created_at", notNullValue());
        Api.dev().get("/api/v1/deletions").then().statusCode(200).body("data.id", hasItem(id));
        Api.other().get("/api/v1/deletions/" + id).then().statusCode(404);
        Api.dev().get("/api/v1/deletions/nonsense").then().statusCode(404);
        Api.dev().delete("/api/public/traces/" + traceId()).then().statusCode(404)
                .body("message", containsString("not found"));
        Api.dev().contentType("application/json").body("{\"traceIds\": [\"" + traceId() + "\"]}")
                .delete("/api/public/traces").then().statusCode(404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"{}; body", "{\"trace_ids\": []}; trace_ids", "{\"user_id\": \"\"}; user_id",
        "{\"trace_ids\": [\"\"]}; trace_ids[0]", "{\"user_id\": \"a\", \"query\": \"b\"}; body",
        "{\"query\": \" \"}; query", "{\"query\": \"((\"}; query",
        "{\"user_id\": \"a\", \"from\": \"2025-01-01T00:00:00Z\"}; from"})
    void whatIsWrongIsNamed(String body, String field) {
        Api.dev().contentType("application/json").body(body).post("/api/v1/deletions").then().statusCode(400)
                .body("field", equalTo(field));
    }

    @ParameterizedTest
    @CsvSource({"{}", "{\"traceIds\": []}"})
    void langfusesBodyIsCheckedToo(String body) {
        Api.dev().contentType("application/json").body(body).delete("/api/public/traces").then().statusCode(400)
                .body("message", containsString("traceIds"));
    }

    private Map<ByteString, Long> page(Selection selection, String cursor, int limit) {
        return selected.page(OrderedWork.scope("dev"), selection, cursor, limit);
    }

    private static ByteString bytes(String traceId) {
        return TraceFixture.bytes(traceId);
    }
}
