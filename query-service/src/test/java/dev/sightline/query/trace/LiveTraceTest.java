package dev.sightline.query.trace;

import static dev.sightline.query.TraceFixture.step;
import static dev.sightline.query.TraceFixture.traceId;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sightline.query.Api;
import dev.sightline.query.Engines;
import dev.sightline.query.TraceFixture;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(Engines.class)
class LiveTraceTest {
    @TestHTTPResource
    URI base;

    @Test
    void newTracesThatFitAreToldAndToldAgainWhenTheyGrow() throws IOException {
        HttpURLConnection connection = (HttpURLConnection) base.resolve("/api/v1/traces/live?query=name:live-fits")
                .toURL().openConnection();
        connection.setRequestProperty("Authorization", "Basic " + Base64.getEncoder().encodeToString(
                (Engines.PUBLIC_KEY + ":" + Engines.SECRET_KEY).getBytes(StandardCharsets.UTF_8)));
        connection.setReadTimeout((int) Duration.ofSeconds(60).toMillis());
        try (TraceFixture traces = new TraceFixture(); BufferedReader lines = new BufferedReader(
                new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(connection.getContentType()).startsWith("text/event-stream");
            assertThat(next(lines, ":")).contains("following");
            String other = traceId();
            String fits = traceId();
            Instant now = Instant.now().plusSeconds(1);
            traces.store("dev", step(other, 1, 0, "live-other", now, Duration.ofSeconds(1)));
            traces.store("other", step(traceId(), 1, 0, "live-fits", now, Duration.ofSeconds(1)));
            traces.store("dev", step(fits, 1, 0, "live-fits", now, Duration.ofSeconds(1)));

            assertThat(next(lines, "event:")).contains("trace");
            assertThat(next(lines, "data:")).contains(fits).contains("\"observation_count\":1");
            traces.store("dev", step(fits, 2, 1, "more", now, Duration.ofSeconds(1)));
            assertThat(next(lines, "data:")).contains(fits).contains("\"observation_count\":2");
        } finally {
            connection.disconnect();
        }
    }

    @Test
    void whoIsNobodyOrAsksNonsenseIsTold() {
        io.restassured.RestAssured.given().get("/api/v1/traces/live").then().statusCode(401);
        Api.dev().queryParam("query", "(").get("/api/v1/traces/live").then().statusCode(400);
    }

    private static String next(BufferedReader lines, String prefix) throws IOException {
        String line = lines.readLine();
        while (line != null && !line.startsWith(prefix)) {
            line = lines.readLine();
        }
        return line;
    }
}
