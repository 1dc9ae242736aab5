package dev.sightline.query.settings;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.sightline.base.auth.ServiceToken;
import dev.sightline.proto.control.v1.ApiKeysGrpc;
import dev.sightline.proto.control.v1.CustomPattern;
import dev.sightline.proto.control.v1.IngestSettings;
import dev.sightline.proto.control.v1.Limits;
import dev.sightline.proto.control.v1.ModelPrice;
import dev.sightline.proto.control.v1.Redaction;
import dev.sightline.proto.control.v1.ResolveApiKeyRequest;
import dev.sightline.query.Api;
import dev.sightline.query.ControlFixture;
import dev.sightline.query.Engines;
import dev.sightline.query.GrpcClient;
import dev.sightline.query.TraceFixture;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@WithTestResource(Engines.class)
class SettingsResourceTest {
    private static final String PATH = "/api/v1/project/settings";
    private static final String FULL = """
            {"redaction": {"mode": "redact", "kinds": ["email_address", "order_number"],
               "patterns": [{"kind": "order_number", "pattern": "ORD-[0-9]{6}"}]},
             "sampling": {"keep_ppm": 250000},
             "limits": {"spans_per_second": 900000000, "bytes_per_second": 5000000, "spans_per_month": 1000000},
             "key_limits": {"pk-test-dev": {"spans_per_second": 10}},
             "model_prices": [{"model": "house", "pattern": "llama.*", "start_time": "2026-01-01T00:00:00Z",
               "usd_per_million": {"input": 0.15, "output": 0.000001}, "usd_per_compute_hour": 1.8}]}
            """;

    @Inject
    AgroalDataSource postgres;
    @Inject
    ServiceToken token;

    @BeforeEach
    void otherProject() {
        ControlFixture.create(postgres);
    }

    @AfterEach
    void backToDefaults() {
        Api.dev().contentType(ContentType.JSON).body("{}").put(PATH).then().statusCode(200);
    }

    private static ValidatableResponse put(String body) {
        return Api.dev().contentType(ContentType.JSON).body(body).put(PATH).then();
    }

    private IngestSettings resolved() {
        GrpcClient grpc = new GrpcClient();
        try {
            return ApiKeysGrpc.newBlockingStub(grpc.channel()).withCallCredentials(token.credentials())
                    .resolveApiKey(ResolveApiKeyRequest.newBuilder().setPublicKey(Engines.PUBLIC_KEY)
                            .setSecretKey(Engines.SECRET_KEY).build()).getIngest();
        } finally {
            grpc.close();
        }
    }

    @Test
    void withoutSettingsNothingHappensToSpans() {
        Api.other().get(PATH).then().statusCode(200).body("redaction.mode", equalTo("off"))
                .body("sampling.keep_ppm", equalTo(1_000_000)).body("limits.spans_per_second", nullValue())
                .body("key_limits.size()", equalTo(0)).body("model_prices.size()", equalTo(0));
        put("{}").statusCode(200);
        IngestSettings resolved = resolved();
        assertThat(resolved.getRedaction().getMode()).isEqualTo(Redaction.Mode.OFF);
        assertThat(resolved.getSampling().getKeepPpm()).isZero();
        assertThat(resolved.getLimits()).isEqualTo(Limits.getDefaultInstance());
        assertThat(resolved.getKeyLimits()).isEqualTo(Limits.getDefaultInstance());
    }

    @Test
    void whatIsPutIsReadBackAndReachesTheEdge() {
        put(FULL).statusCode(200).body("redaction.mode", equalTo("redact"));
        Api.dev().get(PATH).then().statusCode(200).body("sampling.keep_ppm", equalTo(250_000))
                .body("redaction.kinds", contains("email_address", "order_number"))
                .body("key_limits.pk-test-dev.spans_per_second", equalTo(10))
                .body("model_prices[0].start_time", equalTo("2026-01-01T00:00:00Z"));
        assertThat(Api.dev().get(PATH).body().asString()).as("what is read can be put")
                .isEqualTo(put(Api.dev().get(PATH).body().asString()).statusCode(200).extract().body().asString());
        IngestSettings resolved = resolved();
        assertThat(resolved.getRedaction()).isEqualTo(Redaction.newBuilder().setMode(Redaction.Mode.REDACT)
                .addKinds("email_address").addKinds("order_number").addPatterns(CustomPattern.newBuilder()
                        .setKind("order_number").setPattern("ORD-[0-9]{6}")).build());
        assertThat(resolved.getSampling().getKeepPpm()).isEqualTo(250_000);
        assertThat(resolved.getLimits().getSpansPerSecond()).isEqualTo(900_000_000);
        assertThat(resolved.getLimits().getBytesPerSecond()).isEqualTo(5_000_000);
        assertThat(resolved.getKeyLimits()).isEqualTo(Limits.newBuilder().setSpansPerSecond(10).build());
        assertThat(resolved.getModelPricesList()).containsExactly(ModelPrice.newBuilder().setModel("house")
                .setPattern("llama.*").setStartUnixNano(1_767_225_600_000_000_000L)
                .putPicoUsdByKind("input", 150_000).putPicoUsdByKind("output", 1)
                .setPicoUsdPerComputeSecond(500_000_000).build());
        Api.other().get(PATH).then().body("sampling.keep_ppm", equalTo(1_000_000));
    }

    private static ValidatableResponse patch(String body) {
        return Api.dev().contentType(ContentType.JSON).body(body).patch(PATH).then();
    }

    @Test
    void aPatchChangesWhatItNamesOnly() {
        put(FULL).statusCode(200);
        patch("{\"retention\": {\"days\": 90, \"environments\": {\"dev\": {\"days\": 45}}}}").statusCode(200);
        patch("{\"redaction\": {\"mode\": \"flag\", \"kinds\": [\"iban_code\"]}}").statusCode(200)
                .body("redaction.kinds", contains("iban_code"))
                .body("redaction.patterns[0].kind", equalTo("order_number"));
        patch("{\"limits\": {\"spans_per_second\": null}, \"key_limits\": null, \"retention\": {\"content_days\": 30}}")
                .statusCode(200);
        Api.dev().get(PATH).then().statusCode(200).body("redaction.mode", equalTo("flag"))
                .body("sampling.keep_ppm", equalTo(250_000))
                .body("limits.spans_per_second", nullValue()).body("limits.bytes_per_second", equalTo(5_000_000))
                .body("key_limits.size()", equalTo(0)).body("model_prices[0].model", equalTo("house"))
                .body("retention.days", equalTo(90)).body("retention.content_days", equalTo(30))
                .body("retention.environments.dev.days", equalTo(45));
        assertThat(resolved().getRedaction().getMode()).isEqualTo(Redaction.Mode.FLAG);
    }

    @Test
    void aPatchThatIsWrongNamesTheFieldAndChangesNothing() {
        put(FULL).statusCode(200);
        patch("{\"sampling\": {\"keep_ppm\": 0}, \"redaction\": null}").statusCode(400)
                .body("field", equalTo("sampling.keep_ppm"));
        patch("{\"retention\": {\"weeks\": 1}}").statusCode(400).body("field", equalTo("retention.weeks"));
        patch("[]").statusCode(400).body("field", equalTo("body"));
        patch("{\"retention\": {\"days\": 30, \"content_days\": 60}}").statusCode(400);
        Api.dev().get(PATH).then().body("redaction.mode", equalTo("redact")).body("retention.days", nullValue());
    }

    @Test
    void pricesAreTheProjectsOwnThenTheShippedOnes() {
        put(FULL).statusCode(200);
        Api.dev().get("/api/v1/prices").then().statusCode(200).body("data[0].model", equalTo("house"))
                .body("data[0].own", equalTo(true)).body("data[0].tiers[0].usd_per_million.input", equalTo(0.15f))
                .body("data.findAll { it.own }.size()", equalTo(1))
                .body("data.find { it.model == 'gpt-4o' }.tiers.last().usd_per_million.output", equalTo(10));
        Api.other().get("/api/v1/prices").then().body("data.findAll { it.own }.size()", equalTo(0));
    }

    @Test
    void theMonthsSpansAreThoseStored() {
        try (TraceFixture fixture = new TraceFixture()) {
            String trace = TraceFixture.traceId();
            fixture.store("dev", TraceFixture.step(trace, 1, 0, "a", Instant.now(), Duration.ofSeconds(1)),
                    TraceFixture.step(trace, 2, 1, "b", Instant.now(), Duration.ofSeconds(1)),
                    TraceFixture.step(trace, 3, 1, "last month's", Instant.now().minus(Duration.ofDays(32)),
                            Duration.ofSeconds(1)));
        }
        assertThat(resolved().getLimits().getSpansThisMonth()).as("not counted without a budget").isZero();
        put("{\"limits\": {\"spans_per_month\": 1000000}}").statusCode(200);
        Limits limits = resolved().getLimits();
        assertThat(limits.getSpansPerMonth()).isEqualTo(1_000_000);
        assertThat(limits.getSpansThisMonth()).isGreaterThanOrEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"redaction": {"mode": "hide"}}                                             | redaction.mode
            {"redaction": {"kinds": ["shoe_size"]}}                                     | redaction.kinds[0]
            {"redaction": {"kinds": ["email_address", "iban"]}}                         | redaction.kinds[1]
            {"redaction": {"patterns": [{"kind": "a", "pattern": "(" }]}}               | redaction.patterns[0].pattern
            {"redaction": {"patterns": [{"kind": "a", "pattern": "(a)\\\\1" }]}}    | redaction.patterns[0].pattern
            {"redaction": {"patterns": [{"kind": "a", "pattern": "x*" }]}}              | redaction.patterns[0].pattern
            {"redaction": {"patterns": [{"kind": "a", "pattern": "(x{999}){999}" }]}}   | redaction.patterns[0].pattern
            {"redaction": {"patterns": [{"kind": "A b", "pattern": "x" }]}}             | redaction.patterns[0].kind
            {"redaction": {"patterns": [{"kind": "iban_code", "pattern": "x" }]}}       | redaction.patterns[0].kind
            {"redaction": {"patterns": [null]}}                                         | redaction.patterns[0]
            {"sampling": {"keep_ppm": 0}}                                               | sampling.keep_ppm
            {"sampling": {"keep_ppm": 1000001}}                                         | sampling.keep_ppm
            {"sampling": {"keep_ppm": 0.5}}                                             | sampling.keep_ppm
            {"sampling": {"keep_percent": 5}}                                           | sampling.keep_percent
            {"limits": {"spans_per_second": 0}}                                         | limits.spans_per_second
            {"limits": {"spans_per_second": -1}}                                        | limits.spans_per_second
            {"limits": {"bytes_per_second": "many"}}                                    | limits.bytes_per_second
            {"key_limits": {"pk-test-other": {"spans_per_second": 1}}}                  | key_limits.pk-test-other
            {"key_limits": {"pk-test-dev": {"spans_per_month": 1}}}                     | key_limits.pk-test-dev.spans_per_month
            {"model_prices": [{"pattern": "x", "usd_per_compute_hour": 1}]}             | model_prices[0].model
            {"model_prices": [{"model": "x", "usd_per_compute_hour": 1}]}               | model_prices[0].pattern
            {"model_prices": [{"model": "x", "pattern": "["}]}                          | model_prices[0].pattern
            {"model_prices": [{"model": "x", "pattern": "x"}]}                          | model_prices[0]
            {"model_prices": [{"model": "x", "pattern": "x", "usd_per_million": {"input": -1}}]} | model_prices[0].usd_per_million.input
            {"model_prices": [{"model": "x", "pattern": "x", "usd_per_million": {"input": 0.0000001}}]} | model_prices[0].usd_per_million.input
            {"model_prices": [{"model": "x", "pattern": "x", "start_time": "soon", "usd_per_compute_hour": 1}]} | model_prices[0].start_time
            []                                                                          | body
            null                                                                        | body
            {"sampling":                                                                | body
            """)
    void whatIsWrongIsNamedAndChangesNothing(String body, String field) {
        put(FULL).statusCode(200);
        put(body).statusCode(400).contentType("application/problem+json").body("field", equalTo(field));
        Api.dev().get(PATH).then().body("sampling.keep_ppm", equalTo(250_000));
    }

    @Test
    void whoIsNobodyChangesNothingAndAMemberMustBeAdmin() {
        given().contentType(ContentType.JSON).body("{}").put(PATH).then().statusCode(401);
        String cookie = given().contentType(ContentType.JSON).header("X-Sightline-CSRF", "1")
                .body("{\"email\":\"" + Engines.EMAIL + "\",\"password\":\"" + Engines.PASSWORD + "\"}")
                .post("/api/v1/session").then().statusCode(200).extract().cookie("sightline_session");
        assertThat(putAs(cookie, "dev")).as("an owner").isEqualTo(200);
        assertThat(putAs(cookie, ControlFixture.OTHER_PROJECT)).as("another's project").isEqualTo(404);
        try {
            ControlFixture.execute(postgres, "UPDATE sightline.memberships SET role = 'MEMBER'");
            assertThat(putAs(cookie, "dev")).as("a member").isEqualTo(403);
            given().cookie("sightline_session", cookie).header("X-Sightline-Project", "dev").get(PATH).then()
                    .statusCode(200);
        } finally {
            ControlFixture.execute(postgres, "UPDATE sightline.memberships SET role = 'OWNER'");
        }
    }

    private static int putAs(String cookie, String project) {
        return given().cookie("sightline_session", cookie).header("X-Sightline-CSRF", "1")
                .header("X-Sightline-Project", project).contentType(ContentType.JSON).body("{}").put(PATH)
                .statusCode();
    }
}
