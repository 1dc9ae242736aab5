package dev.sightline.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.sightline.acceptance.client.ClickHouseClient;
import dev.sightline.acceptance.client.MediaClient;
import dev.sightline.acceptance.client.OtlpClient;
import dev.sightline.acceptance.client.QueryClient;
import dev.sightline.acceptance.client.QueryClient.Answer;
import dev.sightline.acceptance.client.RollUp;
import dev.sightline.acceptance.client.Spans;
import dev.sightline.acceptance.client.Transport;
import dev.sightline.acceptance.stack.Await;
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Deleted traces are gone: from every endpoint, from every table, from every sum, with their scores and the media that
 * nobody else uses; also when the writer is killed in between.
 */
@ExtendWith(SharedStack.class)
@Timeout(600)
class TraceDeletionTest {
    private static final long DAY = 86_400_000_000_000L;
    private static final Duration DONE = Duration.ofMinutes(3);

    private final Stack stack;
    private final URI baseUrl;
    private final QueryClient query;
    private final ClickHouseClient clickHouse;
    private final String environment = "deletion-" + Long.toHexString(System.nanoTime());
    private final Random random = new Random(5);

    TraceDeletionTest(Stack stack) {
        this.stack = stack;
        this.baseUrl = stack.file().uri("base_url");
        this.query = new QueryClient(baseUrl, stack.project().authorization());
        this.clickHouse = new ClickHouseClient(stack);
    }

    @AfterEach
    void close() {
        query.close();
    }

    @Test
    void whatIsDeletedIsGoneEverywhere() {
        byte[] own = picture(1);
        byte[] shared = picture(2);
        ByteString one = Spans.newTraceId();
        ByteString two = Spans.newTraceId();
        ByteString kept = Spans.newTraceId();
        ByteString ofUser = Spans.newTraceId();
        List<Span> first = spans(one, 6, own, shared);
        send(first);
        send(spans(two, 4));
        send(spans(kept, 5, shared));
        send(List.of(span(ofUser, 0).addAttributes(Spans.text("user.id", environment + "-user")).build()));
        for (ByteString id : List.of(one, two, kept)) {
            score(Spans.hex(id));
        }
        query.awaitTrace(Spans.hex(one), 6);
        query.awaitTrace(Spans.hex(two), 4);
        query.awaitTrace(Spans.hex(kept), 5);
        query.awaitTrace(Spans.hex(ofUser), 1);
        Await.until("three scores", Await.LONG, () -> sentScores() == 3);
        long observations = 16;
        Await.until("the sums", Await.LONG, () -> rolledUp() == observations);
        assertThat(medium(own)).isPresent();

        JsonNode answer = send("DELETE", "/api/public/traces/" + Spans.hex(one), "").ok();
        awaitDone(answer.path("id").asText(), 1, 6);
        assertGone(one);
        assertThat(rolledUp()).isEqualTo(observations - 6);
        assertThat(RollUp.differences(clickHouse, "environment = '" + environment + "'")).isEmpty();
        assertThat(medium(own)).isEmpty();
        assertThat(medium(shared)).as("another trace refers to it").isPresent();
        assertThat(query.get("/api/v1/traces/" + Spans.hex(kept)).ok().path("observations")).hasSize(5);

        // By ids, of which one is gone already and one never was, and by user.
        answer = send("DELETE", "/api/public/traces", "{\"traceIds\":[\"" + Spans.hex(one) + "\",\"" + Spans.hex(two)
                + "\",\"nobody\"]}").ok();
        awaitDone(answer.path("id").asText(), 1, 4);
        assertThat(send("DELETE", "/api/public/traces/" + Spans.hex(two), "").status()).isEqualTo(404);
        awaitDone(order("{\"user_id\":\"" + environment + "-user\"}"), 1, 1);
        awaitDone(order("{\"trace_ids\":[\"nobody\"]}"), 0, 0);
        assertGone(two);
        assertGone(ofUser);
        assertThat(rolledUp()).isEqualTo(5);
        assertThat(sentScores()).isEqualTo(1);

        // What comes again is a new trace, whole.
        send(first);
        JsonNode again = query.awaitTrace(Spans.hex(one), 6);
        assertThat(again.path("observations").findValuesAsText("input")).allSatisfy(
                input -> assertThat(input).doesNotContain("no longer stored"));
        // The sums of a block are there a moment after its rows.
        Await.until("the sums", Await.LONG, () -> rolledUp() == 11);
        assertThat(RollUp.differences(clickHouse, "environment = '" + environment + "'")).isEmpty();

        awaitDone(order("{\"query\":\"environment:" + environment + "\"}"), 2, 11);
        assertThat(rolledUp()).isZero();
        assertGone(one);
        assertGone(kept);
        assertThat(medium(shared)).isEmpty();
    }

    @Test
    void aScoreThatComesBehindTheDeletionOfItsTraceDoesNotStay() {
        ByteString gone = Spans.newTraceId();
        ByteString sentAgain = Spans.newTraceId();
        send(spans(gone, 2));
        send(spans(sentAgain, 2));
        score(Spans.hex(gone));
        query.awaitTrace(Spans.hex(gone), 2);
        query.awaitTrace(Spans.hex(sentAgain), 2);
        String job = order("{\"trace_ids\":[\"" + Spans.hex(gone) + "\",\"" + Spans.hex(sentAgain) + "\"]}");
        // On its way while the trace goes: done means that it is gone too.
        for (int i = 0; i < 20; i++) {
            score(Spans.hex(gone));
        }
        awaitDone(job, 2, 4);
        assertThat(sentScores()).isZero();

        send(spans(sentAgain, 3));
        query.awaitTrace(Spans.hex(sentAgain), 3);
        score(Spans.hex(sentAgain));
        score(Spans.hex(gone));
        Await.until("both scores", Await.LONG, () -> sentScores() == 2);
        Await.until("the score of the new trace alone", Await.LONG, () -> query.get("/api/public/v2/scores?environment="
                + environment).ok().path("data").findValuesAsText("traceId").equals(List.of(Spans.hex(sentAgain))));
        assertThat(query.get("/api/v1/traces/" + Spans.hex(sentAgain)).ok().path("observations")).hasSize(3);
    }

    @Test
    void aDeletionSurvivesKilledProcesses() {
        List<ByteString> traceIds = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            ByteString traceId = Spans.newTraceId();
            traceIds.add(traceId);
            send(spans(traceId, 20));
        }
        Await.until("all spans", Await.LONG, () -> count("observations FINAL", "environment = '" + environment + "'")
                == 1200);
        ByteString kept = traceIds.removeLast();

        List<String> jobs = new ArrayList<>();
        for (int i = 0; i < traceIds.size(); i += 10) {
            jobs.add(order("{\"trace_ids\":[" + String.join(",", traceIds.subList(i, Math.min(traceIds.size(), i + 10))
                    .stream().map(id -> "\"" + Spans.hex(id) + "\"").toList()) + "]}"));
            Await.sleep(random.nextInt(600));
            stack.signal("ingestion-writer", "KILL");
            if (i == 20) {
                stack.signal("query-service", "KILL");
                Await.until("query-service to be back", Await.LONG, () -> query.get("/api/public/health").status() == 200);
            }
        }
        jobs.forEach(job -> awaitDone(job, -1, -1));
        assertThat(RollUp.differences(clickHouse, "environment = '" + environment + "'")).isEmpty();
        assertThat(rolledUp()).isEqualTo(20);
        traceIds.forEach(this::assertGone);
        assertThat(query.get("/api/v1/traces/" + Spans.hex(kept)).ok().path("observations")).hasSize(20);
    }

    private void assertGone(ByteString traceId) {
        String hex = Spans.hex(traceId);
        String where = "trace_id = unhex('" + hex + "')";
        assertThat(count("observations FINAL", where)).isZero();
        assertThat(count("observation_content", where)).isZero();
        assertThat(count("messages", where)).isZero();
        // An evaluation that was under way may still say something.
        assertThat(count("scores", where + " AND source = 'api'")).isZero();
        for (String path : List.of("/api/public/traces/" + hex, "/api/v1/traces/" + hex)) {
            assertThat(query.get(path).status()).as(path).isEqualTo(404);
        }
        for (String path : List.of("/api/public/observations?traceId=" + hex,
                "/api/public/v2/observations?traceId=" + hex, "/api/public/v2/scores?source=API&traceId=" + hex,
                "/api/public/v3/scores?source=API&traceId=" + hex)) {
            assertThat(query.get(path).ok().path("data")).as(path).isEmpty();
        }
    }

    private String order(String selection) {
        Answer answer = send("POST", "/api/v1/deletions", selection);
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(202);
        return answer.body().path("id").asText();
    }

    /** @param traces how many it has to have found; -1: any */
    private void awaitDone(String id, int traces, int observations) {
        JsonNode job = Await.value("deletion " + id, DONE, () -> {
            Answer answer = query.get("/api/v1/deletions/" + id);
            return answer.status() == 200 && !answer.body().path("state").asText().equals("running")
                    ? Optional.of(answer.body()) : Optional.empty();
        });
        assertThat(job.path("state").asText()).as(job.toString()).isEqualTo("done");
        if (traces >= 0) {
            assertThat(job.path("traces").asInt()).as(job.toString()).isEqualTo(traces);
            assertThat(job.path("observations").asInt()).as(job.toString()).isEqualTo(observations);
        }
    }

    private long sentScores() {
        return count("scores", "source = 'api' AND environment = '" + environment + "'");
    }

    private long rolledUp() {
        return clickHouse.number("SELECT toInt64(sum(observation_count)) FROM observations_by_minute WHERE environment = '"
                + environment + "'");
    }

    private long count(String table, String where) {
        return clickHouse.number("SELECT count() FROM " + table + " WHERE " + where);
    }

    private void send(List<Span> spans) {
        try (OtlpClient client = Transport.GRPC.client(stack)) {
            client.send(Spans.request(spans), stack.project().authorization()).accepted();
        }
    }

    private void score(String traceId) {
        assertThat(send("POST", "/api/public/scores", "{\"traceId\":\"" + traceId
                + "\",\"name\":\"helpful\",\"value\":1,\"environment\":\"" + environment + "\"}").status()).isEqualTo(200);
    }

    private Answer send(String method, String path, String json) {
        return query.send(HttpRequest.newBuilder(baseUrl.resolve(path)).headers("Authorization",
                stack.project().authorization(), "Content-Type", "application/json")
                .method(method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json)).build());
    }

    /** Model calls whose history grows, in several months; the first says the pictures. */
    private List<Span> spans(ByteString traceId, int count, byte[]... pictures) {
        List<Span> spans = new ArrayList<>();
        StringBuilder history = new StringBuilder();
        for (int i = 0; i < count; i++) {
            history.append(i == 0 ? "" : ",").append("{\"role\":\"user\",\"content\":\"")
                    .append("question ").append(i).append(" of many words ".repeat(20)).append("\"}");
            Span.Builder span = span(traceId, i)
                    .addAttributes(Spans.text("gen_ai.operation.name", "chat"))
                    .addAttributes(Spans.text("gen_ai.request.model", "gpt-4o"))
                    .addAttributes(Spans.number("gen_ai.usage.input_tokens", random.nextInt(10_000)))
                    .addAttributes(Spans.number("gen_ai.usage.output_tokens", random.nextInt(1_000)))
                    .addAttributes(Spans.text("input.value", "[" + history + "]"));
            if (i == 0 && pictures.length > 0) {
                StringBuilder said = new StringBuilder("look:");
                for (byte[] picture : pictures) {
                    said.append(" data:image/png;base64,").append(Base64.getEncoder().encodeToString(picture));
                }
                span.addAttributes(Spans.text("output.value", said.toString()));
            }
            spans.add(span.build());
        }
        return spans;
    }

    private Span.Builder span(ByteString traceId, int number) {
        Span.Builder span = Spans.span(traceId, "step " + number % 3);
        long back = number % 3 * 30L * DAY;
        span.setStartTimeUnixNano(span.getStartTimeUnixNano() - back).setEndTimeUnixNano(span.getEndTimeUnixNano() - back);
        return span.addAttributes(Spans.text("langfuse.environment", environment));
    }

    private byte[] picture(int number) {
        byte[] picture = new byte[3_000];
        new Random(environment.hashCode() + number).nextBytes(picture);
        System.arraycopy(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10}, 0, picture, 0, 8);
        return picture;
    }

    private Optional<Path> medium(byte[] content) {
        String id = MediaClient.mediaId(content);
        try (Stream<Path> files = Files.walk(stack.data().resolve("media"))) {
            return files.filter(file -> file.getFileName().toString().equals(id)).findFirst();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
