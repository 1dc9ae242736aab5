package dev.sightline.query.ingest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.sightline.proto.observation.v1.IngestOutcome;
import dev.sightline.proto.observation.v1.Outcome;
import dev.sightline.query.Api;
import dev.sightline.query.ControlFixture;
import dev.sightline.query.Engines;
import dev.sightline.storage.ClickHouse;
import dev.sightline.storage.ClickHouseEndpoint;
import dev.sightline.storage.outcome.IngestOutcomeTable;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@WithTestResource(Engines.class)
class IngestHealthResourceTest {
    private static final String PATH = "/api/v1/ingest/health";
    private static final Instant HOUR = Instant.parse("2026-11-20T10:00:00Z");

    @Inject
    AgroalDataSource postgres;

    @BeforeEach
    void otherProject() {
        ControlFixture.create(postgres);
    }

    private static IngestOutcome outcome(String projectId, int minute, Outcome outcome, String reason, String source,
            long count, String example) {
        return IngestOutcome.newBuilder().setProjectId(projectId)
                .setMinuteUnixNano(HOUR.plusSeconds(minute * 60L).getEpochSecond() * 1_000_000_000L)
                .setOutcome(outcome).setReason(reason).setSource(source).setCount(count).setBytes(count * 10)
                .setExample(example).build();
    }

    private static void store(String id, IngestOutcome... outcomes) {
        try (ClickHouse clickHouse = new ClickHouse(new ClickHouseEndpoint(
                ConfigProvider.getConfig().getValue("SIGHTLINE_CLICKHOUSE_URL", String.class),
                ConfigProvider.getConfig().getValue("SIGHTLINE_CLICKHOUSE_DATABASE", String.class), "default",
                ConfigProvider.getConfig().getValue("SIGHTLINE_CLICKHOUSE_PASSWORD", String.class)))) {
            clickHouse.insert(IngestOutcomeTable.INGEST_OUTCOMES, List.of(outcomes), id);
        }
    }

    @Test
    void countsByOutcomeReasonSourceAndMinuteEachBatchOnce() {
        String id = UUID.randomUUID().toString();
        for (int i = 0; i < 3; i++) {
            store(id, outcome("other", 1, Outcome.ACCEPTED, "", "otlp-grpc", 10, ""),
                    outcome("other", 1, Outcome.REJECTED, "invalid-trace-id", "otlp-grpc", 2, "trace_id: first"),
                    outcome("other", 9, Outcome.REJECTED, "invalid-trace-id", "otlp-http", 1, "trace_id: last"),
                    outcome("other", 9, Outcome.LIMITED, "project-spans-per-second", "otlp-http", 7, "too many"),
                    outcome("dev", 9, Outcome.ACCEPTED, "", "otlp-http", 1_000, ""));
        }
        store(UUID.randomUUID().toString(), outcome("other", 1, Outcome.ACCEPTED, "", "otlp-grpc", 5, ""));

        JsonPath health = Api.other().queryParam("from", HOUR.toString())
                .queryParam("to", HOUR.plusSeconds(3_600).toString()).get(PATH).then().statusCode(200)
                .body("totals.outcome", contains("accepted", "rejected", "redacted", "flagged", "sampled", "limited",
                        "dead_lettered"))
                .body("totals.count", contains(15, 3, 0, 0, 0, 7, 0))
                .body("totals[0].bytes", equalTo(150))
                .body("reasons.reason", contains("project-spans-per-second", "invalid-trace-id"))
                .body("reasons[1].count", equalTo(3))
                .body("reasons[1].example", equalTo("trace_id: last"))
                .body("reasons[1].last_minute", equalTo("2026-11-20T10:09:00Z"))
                .body("reasons[1].advice", notNullValue())
                .body("sources", hasSize(4))
                .body("series.step_seconds", equalTo(60)).body("series.points", hasSize(60))
                .body("series.points[1].counts.accepted", equalTo(15))
                .body("series.points[2].counts.size()", equalTo(0))
                .body("series.points[9].counts.limited", equalTo(7))
                .body("hints", hasSize(2)).body("hints[0].level", equalTo("warning"))
                .extract().jsonPath();
        assertThat(health.getString("hints[1].text"))
                .startsWith("3 spans were rejected between 20 Nov 10:00 UTC and 20 Nov 11:00 UTC: trace_id must be");
    }

    @Test
    void theDefaultIsTheLastHourWithTheMinuteUnderWay() {
        Api.other().get(PATH).then().statusCode(200).body("series.points", hasSize(61))
                .body("hints[0].text", startsWith("Nothing arrived in the last hour."));
    }

    @Test
    void aLongRangeHasFewPoints() {
        Api.other().queryParam("from", HOUR.minusSeconds(30 * 86_400L).toString()).queryParam("to", HOUR.toString())
                .get(PATH).then().statusCode(200).body("series.step_seconds", equalTo(21_600))
                .body("series.points.size()", equalTo(121));
    }

    @ParameterizedTest
    @CsvSource({"from,yesterday", "to,2026", "from,2999-01-01T00:00:00Z", "from,2020-01-01T00:00:00Z"})
    void aWrongRangeIsNamed(String field, String value) {
        Api.other().queryParam(field, value).get(PATH).then().statusCode(400)
                .contentType("application/problem+json").body("field", equalTo(field));
    }

    @Test
    void nobodySeesIt() {
        given().get(PATH).then().statusCode(401);
        Api.other().header("X-Sightline-Project", "dev").get(PATH).then().statusCode(404);
    }
}
