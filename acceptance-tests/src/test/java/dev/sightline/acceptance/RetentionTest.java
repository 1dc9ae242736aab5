package dev.sightline.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.sightline.acceptance.client.ClickHouseClient;
import dev.sightline.acceptance.client.OtlpClient;
import dev.sightline.acceptance.client.QueryClient;
import dev.sightline.acceptance.client.RollUp;
import dev.sightline.acceptance.client.Spans;
import dev.sightline.acceptance.client.Transport;
import dev.sightline.acceptance.stack.Await;
import dev.sightline.acceptance.stack.Project;
import dev.sightline.acceptance.stack.SecondProject;
import dev.sightline.acceptance.stack.SharedStack;
import dev.sightline.acceptance.stack.Stack;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bodies go before numbers, and numbers when the project's settings say so, each environment by itself. */
@ExtendWith(SharedStack.class)
class RetentionTest {
    private static final long DAY = 86_400_000_000_000L;

    private final Stack stack;
    private final Project project;
    private final QueryClient query;
    private final ClickHouseClient clickHouse;

    RetentionTest(Stack stack) {
        this.stack = stack;
        this.project = SecondProject.create(stack, "retention");
        this.query = new QueryClient(stack.file().uri("base_url"), project.authorization());
        this.clickHouse = new ClickHouseClient(stack);
    }

    @Test
    void whatIsTooOldGoesAndNothingElse() {
        String young = trace(10, "production");
        String bodiless = trace(40, "production");
        String gone = trace(100, "production");
        String audited = trace(100, "audit");
        for (String id : new String[] {young, bodiless, gone, audited}) {
            query.awaitTrace(id, 2);
        }

        URI settings = stack.file().uri("base_url").resolve("/api/v1/project/settings");
        query.send(HttpRequest.newBuilder(settings).headers("Authorization", project.authorization(), "Content-Type",
                "application/json").PUT(BodyPublishers.ofString("{\"retention\":{\"content_days\":30,\"days\":90,"
                        + "\"environments\":{\"audit\":{\"content_days\":200,\"days\":200}}}}")).build()).ok();
        // The last that goes.
        Await.until("the oldest observations to be gone", Await.LONG, () -> count("observations", gone) == 0);
        assertThat(query.get("/api/v1/traces/" + gone).status()).isEqualTo(404);
        Await.until("bodies to be gone", Await.LONG, () -> input(bodiless).isNull());

        JsonNode emptied = query.get("/api/public/traces/" + bodiless).ok();
        assertThat(emptied.path("observations")).hasSize(2).allSatisfy(
                each -> assertThat(each.path("name").asText()).isEqualTo("old call"));
        assertThat(emptied.path("observations").get(0).path("usageDetails").path("input").asInt()).isEqualTo(1_000);
        assertThat(emptied.path("totalCost").decimalValue()).isPositive();
        assertThat(input(young).toString()).contains("a long question");
        assertThat(input(audited).toString()).contains("a long question");
        assertThat(count("messages", bodiless)).isZero();
        assertThat(count("messages", young)).isPositive();
        for (String table : new String[] {"observations", "observation_content", "messages", "scores"}) {
            assertThat(count(table, gone)).as(table).isZero();
        }
        assertThat(RollUp.differences(clickHouse, "project_id = '" + project.id() + "'")).isEmpty();
        assertThat(clickHouse.number("SELECT toInt64(sum(observation_count)) FROM observations_by_minute WHERE"
                + " project_id = '" + project.id() + "'")).isEqualTo(6);
    }

    private JsonNode input(String traceId) {
        return query.get("/api/public/traces/" + traceId).ok().path("input");
    }

    private long count(String table, String traceId) {
        return clickHouse.number("SELECT count() FROM " + table + " WHERE trace_id = unhex('" + traceId + "')");
    }

    private String trace(int daysAgo, String environment) {
        ByteString traceId = Spans.newTraceId();
        Span root = call(traceId, daysAgo, environment).build();
        try (OtlpClient client = Transport.GRPC.client(stack)) {
            client.send(Spans.request(root, call(traceId, daysAgo, environment).setParentSpanId(root.getSpanId()).build()),
                    project.authorization()).accepted();
        }
        return Spans.hex(traceId);
    }

    private static Span.Builder call(ByteString traceId, int daysAgo, String environment) {
        Span.Builder span = Spans.span(traceId, "old call");
        return span.setStartTimeUnixNano(span.getStartTimeUnixNano() - daysAgo * DAY)
                .setEndTimeUnixNano(span.getEndTimeUnixNano() - daysAgo * DAY)
                .addAttributes(Spans.text("langfuse.environment", environment))
                .addAttributes(Spans.text("gen_ai.operation.name", "chat"))
                .addAttributes(Spans.text("gen_ai.request.model", "gpt-4o"))
                .addAttributes(Spans.number("gen_ai.usage.input_tokens", 1_000))
                .addAttributes(Spans.text("input.value", "[{\"role\":\"user\",\"content\":\""
                        + "a long question ".repeat(20) + "\"}]"));
    }
}
